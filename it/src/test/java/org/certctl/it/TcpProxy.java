package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/// Stands between a client and a server on this machine, and makes trouble when it is told to.
final class TcpProxy implements AutoCloseable {

  private static final int CONNECT_MILLIS = 1000;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final ServerSocket entrance;
  private final IntSupplier target;
  private final List<Socket> open = new ArrayList<>();
  private boolean isShut;
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean swallowsAnswers;

  /// @param target the port for the next connection
  TcpProxy(IntSupplier target) {
    this.target = target;
    try {
      entrance = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /// Breaks all connections; new ones are made as before.
  synchronized void cut() {
    open.forEach(TcpProxy::closeQuietly);
    open.clear();
  }

  /// Breaks all connections, and closes new ones at once.
  synchronized void shut() {
    isShut = true;
    cut();
  }

  /// Whatever is sent stays under way for so long.
  void delay(Duration value) {
    delay = value;
  }

  /// Half-closes: what the client sends still arrives, and no answer comes back.
  void swallowAnswers() {
    swallowsAnswers = true;
  }

  /// Makes no more trouble. Connections that lost answers are broken.
  synchronized void mend() {
    isShut = false;
    delay = Duration.ZERO;
    if (swallowsAnswers) {
      swallowsAnswers = false;
      cut();
    }
  }

  private void accept() {
    while (true) {
      Socket client;
      try {
        client = entrance.accept();
      } catch (IOException e) {
        return; // Closed.
      }
      Thread.ofVirtual().start(() -> connect(client));
    }
  }

  private void connect(Socket client) {
    var server = new Socket();
    try {
      server.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), target.getAsInt()),
          CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      closeQuietly(client);
      closeQuietly(server);
      return;
    }
    synchronized (this) {
      if (isShut) {
        closeQuietly(client);
        closeQuietly(server);
        return;
      }
      open.add(client);
      open.add(server);
    }
    Thread.ofVirtual().start(() -> copy(client, server, false));
    Thread.ofVirtual().start(() -> copy(server, client, true));
  }

  private void copy(Socket from, Socket to, boolean answers) {
    var buffer = new byte[BUFFER_BYTES];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      int read;
      while ((read = in.read(buffer)) >= 0) {
        if (!delay.isZero()) {
          LockSupport.parkNanos(delay.toNanos());
        }
        if (!(answers && swallowsAnswers)) {
          out.write(buffer, 0, read);
          out.flush();
        }
      }
    } catch (IOException e) {
      // One side is gone: so is the other.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    shut();
  }
}
