package org.certctl.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/// Tells which listener cannot listen, and why, after a start that failed: Tomcat says only that
/// one of them could not.
final class ListenerTrial {

  private static final int FIRST_PORT_FOR_ALL = 1024;

  /// Where a listener listens, and the options that say so.
  record Place(String hostKey, String host, String portKey, int port) {}

  private ListenerTrial() {}

  /// Tries all in their order.
  ///
  /// @return what is wrong with the first that cannot listen, in words for the operator; absent
  ///   when each of them can by now
  static Optional<String> complaint(List<Place> places) {
    return places.stream().flatMap(place -> complaint(place).stream()).findFirst();
  }

  private static Optional<String> complaint(Place place) {
    InetAddress address;
    try {
      address = InetAddress.getByName(place.host());
    } catch (UnknownHostException e) {
      return Optional.of(
          place.hostKey()
              + " = "
              + place.host()
              + ": nobody knows that name here\n"
              + addressHint());
    }
    if (!isOfThisMachine(address)) {
      return Optional.of(
          place.hostKey()
              + " = "
              + place.host()
              + ": this machine has no such address\n"
              + addressHint());
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, place.port()));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("port " + place.port() + " (" + place.portKey() + ") " + reason(place, e));
    }
  }

  private static boolean isOfThisMachine(InetAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String reason(Place place, IOException e) {
    String words = String.valueOf(e.getMessage());
    if (words.contains("in use")) {
      return "is in use; stop what holds it, or choose another";
    }
    if (place.port() < FIRST_PORT_FOR_ALL) {
      return "cannot be had: "
          + words
          + "\nhint: ports below 1024 are for root and for processes with CAP_NET_BIND_SERVICE;"
          + " choose another, or have a proxy or the service manager pass it on";
    }
    return "cannot be had: " + words;
  }

  private static String addressHint() {
    return "hint: write an address of this machine, or 0.0.0.0 for all of them";
  }
}
