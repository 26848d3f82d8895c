package org.certctl.cli.probe;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.certctl.outbound.HttpAnswer;
import org.certctl.outbound.TlsObservation;

/// The server that is probed, and the ways to reach it.
interface ProbedServer {

  /// The address of the endpoint.
  URI url();

  /// Sends a request and takes whatever answer comes.
  ///
  /// @throws IOException if there is no answer
  HttpAnswer send(Query query) throws IOException;

  /// Sends octets as they are, for requests that no decent client makes.
  ///
  /// @throws IOException if there is no answer, or none that is HTTP
  HttpAnswer sendRaw(byte[] request) throws IOException;

  /// Shakes hands.
  ///
  /// @param versions the versions of TLS to offer; all usual ones when there is none
  /// @throws IOException if the handshake fails
  TlsObservation shakeHands(String... versions) throws IOException;

  /// A GET of an operation.
  default HttpAnswer get(String rawQuery) throws IOException {
    return send(Query.get(rawQuery));
  }

  /// A request to the endpoint.
  ///
  /// @param method the method
  /// @param pathSuffix what follows the path of the endpoint, mostly nothing
  /// @param rawQuery the query, encoded
  /// @param fields header fields
  /// @param body the body, empty for GET; not copied
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Query(
      String method, String pathSuffix, String rawQuery, Map<String, String> fields, byte[] body) {

    static Query get(String rawQuery) {
      return new Query("GET", "", rawQuery, Map.of(), new byte[0]);
    }

    static Query post(String rawQuery, byte[] body) {
      return new Query("POST", "", rawQuery, Map.of(), body);
    }

    Query with(String field, String value) {
      return new Query(method, pathSuffix, rawQuery, Map.of(field, value), body);
    }

    Query under(String suffix) {
      return new Query(method, suffix, rawQuery, fields, body);
    }
  }
}
