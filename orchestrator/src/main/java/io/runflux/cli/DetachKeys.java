// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The keys that leave a container, one after another. Those that could be the beginning of them are held back until the
 * next one is typed. Confined to one thread.
 */
final class DetachKeys {
    static final String DEFAULT = "ctrl-p,ctrl-q";

    private static final String CONTROL = "ctrl-";
    /** As on the keyboard: {@code ctrl-@} is 0. */
    private static final String CONTROLS = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

    private final byte[] keys;
    private int typed;

    private DetachKeys(byte[] keys) {
        this.keys = keys.clone();
    }

    /** Reads keys such as {@code ctrl-p,ctrl-q} or {@code x}; nothing is for none. */
    static DetachKeys parse(String text) {
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        if (!text.isEmpty()) {
            for (String key : text.split(",", -1)) {
                keys.write(toByte(key));
            }
        }
        return new DetachKeys(keys.toByteArray());
    }

    private static int toByte(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        if (name.startsWith(CONTROL) && name.length() == CONTROL.length() + 1) {
            int control = CONTROLS.indexOf(name.charAt(CONTROL.length()));
            if (control >= 0) {
                return control;
            }
        }
        if (key.length() != 1 || key.charAt(0) < ' ' || key.charAt(0) > '~') {
            throw new IllegalArgumentException("keys are characters, or ctrl- and one of " + CONTROLS
                    + ", divided by commas, such as " + DEFAULT + ", was '" + key + "'");
        }
        return key.charAt(0);
    }

    /** Passes on what was typed, and tells whether all keys were, after which nothing is passed on. */
    boolean scan(byte[] bytes, int count, ByteArrayOutputStream target) {
        for (int i = 0; i < count && !isComplete(); i++) {
            scan(bytes[i], target);
        }
        return isComplete();
    }

    private boolean isComplete() {
        return keys.length > 0 && typed == keys.length;
    }

    private void scan(byte key, ByteArrayOutputStream target) {
        while (typed > 0 && key != keys[typed]) {
            int kept = beginningAtEnd();
            target.write(keys, 0, typed - kept);
            typed = kept;
        }
        if (keys.length > 0 && key == keys[typed]) {
            typed++;
        } else {
            target.write(key);
        }
    }

    /** Returns how many of the last keys held back, but not of all, could be the beginning as well. */
    private int beginningAtEnd() {
        int count = typed - 1;
        while (!Arrays.equals(keys, 0, count, keys, typed - count, typed)) {
            count--;
        }
        return count;
    }

    /** Checks what was typed. */
    static final class Converter implements ITypeConverter<DetachKeys> {
        @Override
        public DetachKeys convert(String value) {
            try {
                return parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
