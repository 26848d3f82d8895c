package org.certctl.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.certctl.cli.CommandFailedException;

/// Finds ports that nobody listens on. Another process may take one before it is used.
public final class FreePorts {

  private static final int MAX_PORT = 65_535;
  private static final String LOOPBACK = "127.0.0.1";

  private final Set<Integer> given = new HashSet<>();

  /// A port.
  ///
  /// @param number its number
  /// @param wanted the number that would have been nicer; the same when it was free
  public record Choice(int number, int wanted) {
    boolean isWanted() {
      return number == wanted;
    }
  }

  /// The wanted port if it is free, else another; never the same twice.
  public Choice choose(int wanted) throws IOException {
    if (!given.contains(wanted) && isFree(wanted)) {
      given.add(wanted);
      return new Choice(wanted, wanted);
    }
    int other = anyFree();
    while (!given.add(other)) {
      other = anyFree();
    }
    return new Choice(other, wanted);
  }

  /// Refuses a port that was asked for with `--port` and cannot be had.
  public static void require(int port) throws CommandFailedException {
    if (port < 1 || port > MAX_PORT) {
      throw CommandFailedException.usage("--port is a number from 1 to " + MAX_PORT);
    }
    if (!isFree(port)) {
      throw new CommandFailedException("port " + port + " is taken, or not ours to take");
    }
  }

  /// Whether nobody listens on a port of the loopback address.
  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyFree() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), 0));
      return socket.getLocalPort();
    }
  }
}
