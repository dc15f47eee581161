// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.User;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a user as numbers; the group is 0 unless it is given. */
final class UserConverter implements ITypeConverter<User> {
    private static final Pattern ALLOWED = Pattern.compile("(\\d{1,10})(?::(\\d{1,10}))?");

    @Override
    public User convert(String value) {
        Matcher matcher = ALLOWED.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("a user is UID or UID:GID, was '" + value + "'");
        }
        try {
            return User.of(Long.parseLong(matcher.group(1)), group(matcher));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static long group(Matcher matcher) {
        String group = matcher.group(2);
        return group == null ? 0 : Long.parseLong(group);
    }
}
