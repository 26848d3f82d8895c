package org.certctl.outbound;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// There is no answer, for a reason that can be told to people.
public final class OutboundException extends IOException {

  private static final long serialVersionUID = 1L;

  /// The kinds of failure.
  public enum Fault {
    /// The name cannot be resolved.
    UNKNOWN_HOST,
    /// Nobody listens, or the way is closed.
    UNREACHABLE,
    /// It took too long.
    TIMEOUT,
    /// The server's certificate is not trusted, or is for another name.
    UNTRUSTED,
    /// TLS failed for another reason.
    TLS,
    /// More came back than is taken.
    TOO_LARGE,
    /// The connection broke, or what came was not HTTP.
    BROKEN
  }

  private final Fault fault;

  OutboundException(Fault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  /// What went wrong, as a value to decide on.
  public Fault fault() {
    return fault;
  }

  /// Sorts what the JDK reports.
  static OutboundException of(Throwable failure) {
    if (failure instanceof OutboundException known) {
      return known;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return new OutboundException(Fault.UNKNOWN_HOST, "the host name is not known", failure);
      }
      if (cause instanceof CertificateException) {
        return new OutboundException(
            Fault.UNTRUSTED, "the server's certificate is not trusted: " + text(cause), failure);
      }
    }
    return switch (failure) {
      case HttpConnectTimeoutException _ ->
          new OutboundException(Fault.TIMEOUT, "no connection in time", failure);
      case HttpTimeoutException _ ->
          new OutboundException(Fault.TIMEOUT, "no answer in time", failure);
      case SocketTimeoutException _ ->
          new OutboundException(Fault.TIMEOUT, "no answer in time", failure);
      case ConnectException _ ->
          new OutboundException(Fault.UNREACHABLE, "nobody listens there", failure);
      case NoRouteToHostException _ ->
          new OutboundException(Fault.UNREACHABLE, "there is no route to it", failure);
      case SSLException _ ->
          new OutboundException(Fault.TLS, "TLS failed: " + text(failure), failure);
      default ->
          new OutboundException(Fault.BROKEN, "the exchange broke: " + text(failure), failure);
    };
  }

  /// The message of a failure without the names of the JDK's classes.
  static String text(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
    return message
        .replace("PKIX path building failed: sun.security.provider.certpath.", "")
        .replace("SunCertPathBuilderException: ", "");
  }
}
