package org.certctl.store.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// Stands between a store and its database, and can be cut: then connections break, and new ones
/// are closed at once.
final class CuttableProxy implements AutoCloseable {

  private final ServerSocket entrance;
  private final int target;
  private final List<Socket> open = new ArrayList<>();
  private boolean isCut;

  CuttableProxy(int target) throws IOException {
    this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  synchronized void cut() {
    isCut = true;
    open.forEach(CuttableProxy::closeQuietly);
    open.clear();
  }

  synchronized void mend() {
    isCut = false;
  }

  private void accept() {
    while (true) {
      Socket client;
      try {
        client = entrance.accept();
      } catch (IOException e) {
        return; // Closed.
      }
      connect(client);
    }
  }

  private synchronized void connect(Socket client) {
    if (isCut) {
      closeQuietly(client);
      return;
    }
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(client);
      open.add(server);
      Thread.ofVirtual().start(() -> copy(client, server));
      Thread.ofVirtual().start(() -> copy(server, client));
    } catch (IOException e) {
      closeQuietly(client);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Cut, or one side has ended.
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
  }
}
