package org.certctl.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.certctl.issuer.local.RaSchedule;

/// SCEP as a whole.
///
/// @param enabled whether SCEP is served at all
/// @param httpPort the port of the plain HTTP listener for SCEP and certificate status; absent when
///   there is none
/// @param mtlsPort the port of the TLS listener that asks for client certificates; absent when
///   there is none
/// @param ndesProfile the name of the profile that answers on `/certsrv/mscep/mscep.dll`; absent
///   when none does
/// @param challengeFailuresPerMinute how many wrong challenges one source address may send in a
///   minute before further ones are refused unseen; 0 for no limit
/// @param ra when RA certificates made here are renewed
/// @param profiles the endpoints; at least one when SCEP is enabled, none otherwise
public record ScepSettings(
    boolean enabled,
    OptionalInt httpPort,
    OptionalInt mtlsPort,
    Optional<String> ndesProfile,
    int challengeFailuresPerMinute,
    RaSchedule ra,
    List<ScepProfileSettings> profiles) {

  /// Takes a copy of the list.
  public ScepSettings {
    profiles = List.copyOf(profiles);
  }

  /// Off; 60 wrong challenges a minute; RA certificates of two years.
  public static ScepSettings defaults() {
    return new ScepSettings(
        false,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        60,
        RaSchedule.defaults(),
        List.of());
  }

  /// The profile of this name; absent when there is none.
  public Optional<ScepProfileSettings> profile(String name) {
    return profiles.stream().filter(profile -> profile.name().equals(name)).findFirst();
  }
}
