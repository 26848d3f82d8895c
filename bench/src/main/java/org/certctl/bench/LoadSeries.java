package org.certctl.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Sends prepared requests over a number of keep-alive connections, one after another on each.
///
/// A single thread serves all connections, so that the generator takes little of the machine it
/// shares with the server.
final class LoadSeries {

  private final List<InetSocketAddress> addresses;
  private final ReplyCheck check;

  /// @param addresses the connections go to them in turns
  LoadSeries(List<InetSocketAddress> addresses, ReplyCheck check) {
    this.addresses = List.copyOf(addresses);
    this.check = check;
  }

  /// Looks at the body of a reply.
  @FunctionalInterface
  interface ReplyCheck {

    /// What is wrong with it; empty when it is a SUCCESS.
    Optional<String> problemOf(byte[] body);
  }

  /// What came of a series.
  ///
  /// @param failures replies that were no SUCCESS
  /// @param firstFailure what was wrong with the first of them, empty without any
  /// @param seconds from the first request to the last reply
  /// @param sortedLatencyNanos one for each reply
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Outcome(
      int connections,
      int failures,
      String firstFailure,
      double seconds,
      long[] sortedLatencyNanos) {

    /// How many replies there were.
    int replies() {
      return sortedLatencyNanos.length;
    }

    /// Successful enrollments per second.
    double perSecond() {
      return (replies() - failures) / seconds;
    }

    /// The latency that this share of the replies did not exceed.
    double latencyMillis(double share) {
      var index = (int) Math.ceil(share * replies()) - 1;
      return sortedLatencyNanos[Math.clamp(index, 0, replies() - 1)] / 1e6;
    }
  }

  /// Sends all requests and waits for all replies.
  Outcome run(List<byte[]> requests, int connections) throws IOException {
    var latencies = new long[requests.size()];
    var failures = 0;
    var firstFailure = "";
    var open = new ArrayList<Connection>();
    try (var selector = Selector.open()) {
      for (var i = 0; i < Math.min(connections, requests.size()); i++) {
        open.add(Connection.open(addresses.get(i % addresses.size()), selector));
      }
      var sent = 0;
      var received = 0;
      var start = System.nanoTime();
      for (var connection : open) {
        connection.send(requests.get(sent++));
      }
      while (received < requests.size()) {
        selector.select();
        for (var iterator = selector.selectedKeys().iterator(); iterator.hasNext(); ) {
          var key = iterator.next();
          iterator.remove();
          var reply = advance(key);
          if (reply.isEmpty()) {
            continue;
          }
          latencies[received++] = reply.get().tookNanos();
          var problem = problemOf(reply.get());
          if (problem.isPresent() && failures++ == 0) {
            firstFailure = problem.get();
          }
          if (sent < requests.size()) {
            ((Connection) key.attachment()).send(requests.get(sent++));
          }
        }
      }
      var seconds = (System.nanoTime() - start) / 1e9;
      Arrays.sort(latencies);
      return new Outcome(connections, failures, firstFailure, seconds, latencies);
    } finally {
      for (var connection : open) {
        connection.close();
      }
    }
  }

  private static Optional<Connection.Reply> advance(SelectionKey key) throws IOException {
    var connection = (Connection) key.attachment();
    if (key.isWritable()) {
      connection.flush();
    }
    return key.isReadable() ? Optional.ofNullable(connection.receive()) : Optional.empty();
  }

  private Optional<String> problemOf(Connection.Reply reply) {
    return reply.status() == 200
        ? check.problemOf(reply.body())
        : Optional.of("HTTP " + reply.status());
  }
}
