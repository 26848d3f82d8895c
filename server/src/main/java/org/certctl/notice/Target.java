package org.certctl.notice;

/// Where a notice goes. Each target of a notice is delivered to on its own, so that one that is
/// away has no other be told twice.
///
/// @param notifier by which notifier: `webhook` or `mail`
/// @param address whom it reaches there; empty where the notifier has but one
public record Target(String notifier, String address) {

  /// As people read it.
  public String text() {
    return address.isEmpty() ? notifier : notifier + " to " + address;
  }
}
