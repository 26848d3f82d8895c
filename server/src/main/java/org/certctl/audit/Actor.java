package org.certctl.audit;

/// Who did something.
///
/// @param name a user's name, or the stable name of a part of this program
/// @param type `user` or `system`
public record Actor(String name, String type) {

  /// A person who is known to the operating system by this name.
  public static Actor user(String name) {
    return new Actor(name, "user");
  }

  /// This program, of its own accord.
  public static Actor system() {
    return new Actor("certctl", "system");
  }
}
