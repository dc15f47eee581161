// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.runflux.wire.Problem;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import java.io.FileNotFoundException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * What goes wrong on the way, and what the server tells, as it is told here. Words of the other side that are none of
 * ours are not repeated.
 *
 * @param address where the server is
 */
record Failures(ServerAddress address) {
    private static final String UNEXPLAINED = "it did not say why";
    /** Reactor Netty hides the class. */
    private static final String TOO_MANY_WAIT = "PoolAcquirePendingLimitException";

    /** Returns an error of a request, of which something was sent or nothing. */
    RuntimeException of(Throwable error, boolean isSent) {
        Throwable cause = bare(error);
        if (cause instanceof RefusedException refused) {
            return refused(refused.problem());
        }
        if (cause instanceof WebSocketClientHandshakeException refused && refused.response() != null) {
            return refused(unexplained(refused.response().status()));
        }
        if (cause instanceof UnreadableAnswerException unreadable) {
            return unreadable;
        }
        return isMalformed(cause, isSent) ? new UnreadableAnswerException(form(cause)) : unavailable(cause, isSent);
    }

    private static Throwable bare(Throwable error) {
        return error instanceof DecoderException && error.getCause() instanceof SSLException tls ? tls : error;
    }

    private static RuntimeException refused(Problem problem) {
        RuntimeException told = problem.toException();
        return told instanceof RefusedException ? new ServerProblemException(problem) : told;
    }

    /** Of a refused upgrade the code alone comes through; where it means one thing, that is told. */
    private static Problem unexplained(HttpResponseStatus status) {
        List<ProblemKind> kinds = Arrays.stream(ProblemKind.values())
                .filter(kind -> kind.status() == status.code())
                .toList();
        return kinds.size() == 1 ? kinds.get(0).problem(UNEXPLAINED) : foreign(status, UNEXPLAINED);
    }

    /** What stands between may answer in its own way. */
    static Problem foreign(HttpResponseStatus status, String detail) {
        return new Problem("about:blank", status.reasonPhrase(), status.code(), detail, null, null);
    }

    static Problem foreign(HttpResponseStatus status) {
        return foreign(status, UNEXPLAINED);
    }

    /** Netty's decoders throw the second kind for a first line that is none. */
    private static boolean isMalformed(Throwable error, boolean isSent) {
        return error instanceof DecoderException || (isSent && error instanceof IllegalArgumentException);
    }

    private static String form(Throwable error) {
        return isTooLong(error)
                ? "a part of it is too long: " + error.getMessage()
                : "it is not in the form of HTTP or of a WebSocket";
    }

    private static boolean isTooLong(Throwable error) {
        return error instanceof TooLongFrameException
                || (error instanceof CorruptedWebSocketFrameException frame
                        && frame.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG));
    }

    private RuntimeException unavailable(Throwable error, boolean isSent) {
        String done = isSent ? "the connection to " + address + " was lost" : address + " cannot be reached";
        return new ServerUnavailableException(done + ": " + words(error, isSent), isSent, error);
    }

    private static String words(Throwable error, boolean isSent) {
        if (error instanceof FileNotFoundException) {
            return "there is no such socket";
        }
        if (error instanceof ReadTimeoutException) {
            return "no answer in time";
        }
        if (error instanceof NotSslRecordException) {
            return "it does not speak TLS";
        }
        if (error instanceof TimeoutException && !isSent) {
            return "all connections that there may be are in use, and none was free in time";
        }
        if (error.getClass().getSimpleName().equals(TOO_MANY_WAIT)) {
            return "all connections that there may be are in use, and as many as may wait for one do";
        }
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }
}
