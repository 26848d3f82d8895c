package org.certctl.cli.demo;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.pki.SubjectAltNames;

/// Which devices there are: half of them phones, a third laptops, the rest routers; out of a
/// hundred two with a wrong challenge and one each that asks for too much or knows only single DES;
/// and one that loses the answer. From a hundred devices on, a fifth get their challenges from a
/// connector, and one each fails at its gates. The same number gives the same fleet.
///
/// @param devices the devices
record FleetPlan(List<SimulatedDevice> devices) {

  private static final int SMALLEST_MIXED_FLEET = 10;
  private static final int HUNDRED = 100;
  private static final int KIND_CYCLE = 20;
  private static final int PHONES_IN_CYCLE = 10;
  private static final int LAPTOPS_IN_CYCLE = 7;
  private static final int CONNECTOR_CYCLE = 5;
  private static final int SITES_PER_NETWORK = 200;

  private static final List<String> FIRST_NAMES =
      List.of(
          "anna", "ben", "clara", "david", "elif", "farid", "grace", "hugo", "ines", "jonas",
          "kira", "luca", "mei", "noor", "oskar", "priya", "quinn", "rosa", "samir", "tove");
  private static final List<String> LAST_NAMES =
      List.of(
          "keller", "okafor", "novak", "silva", "tanaka", "meyer", "haddad", "larsen", "moreau",
          "patel", "ricci", "weber", "yilmaz");
  private static final List<String> SITES = List.of("zrh", "lon", "ams", "nyc", "sin", "sao");
  private static final String SERIAL_ALPHABET = "0123456789CDFGHJKLMNPQRTVWXY";
  private static final int SERIAL_LENGTH = 10;

  FleetPlan {
    devices = List.copyOf(devices);
  }

  /// A fleet of this size.
  static FleetPlan of(int size) {
    Behaviour[] behaviours = behaviours(size);
    List<SimulatedDevice> devices = new ArrayList<>(size);
    for (int number = 0; number < size; number++) {
      devices.add(device(number, behaviours[number]));
    }
    return new FleetPlan(devices);
  }

  /// How many devices there are of each kind.
  Map<DeviceKind, Integer> kinds() {
    Map<DeviceKind, Integer> counts = new EnumMap<>(DeviceKind.class);
    devices.forEach(device -> counts.merge(device.kind(), 1, Integer::sum));
    return counts;
  }

  /// The behaviours in the order of the devices, the unusual ones spread evenly.
  private static Behaviour[] behaviours(int size) {
    List<Behaviour> unusual = new ArrayList<>();
    if (size >= SMALLEST_MIXED_FLEET) {
      unusual.add(Behaviour.RESENDS);
      for (int i = 0; i < Math.max(1, size / HUNDRED); i++) {
        unusual.add(Behaviour.WRONG_CHALLENGE);
        unusual.add(Behaviour.ASKS_FOR_CA);
        unusual.add(Behaviour.SINGLE_DES);
        unusual.add(Behaviour.ASKS_FOR_CODE_SIGNING);
        if (size >= HUNDRED) {
          unusual.add(Behaviour.WRONG_CHALLENGE);
        }
      }
    }
    if (size >= HUNDRED) {
      for (Behaviour behaviour : Behaviour.values()) {
        if (behaviour.isOfConnector() && behaviour != Behaviour.CONNECTOR) {
          unusual.add(behaviour);
        }
      }
    }
    Behaviour[] behaviours = new Behaviour[size];
    java.util.Arrays.fill(behaviours, Behaviour.PLAIN);
    if (size >= HUNDRED) {
      // Of each kind but routers, whose addresses no connector challenge can allow.
      for (int number = 1; number < size; number += CONNECTOR_CYCLE) {
        behaviours[number] = Behaviour.CONNECTOR;
      }
    }
    for (int i = 0; i < unusual.size(); i++) {
      behaviours[(int) ((2L * i + 1) * size / (2L * unusual.size()))] = unusual.get(i);
    }
    return behaviours;
  }

  private static SimulatedDevice device(int number, Behaviour behaviour) {
    int position = number % KIND_CYCLE;
    boolean isRouter = position >= PHONES_IN_CYCLE + LAPTOPS_IN_CYCLE;
    if (behaviour == Behaviour.SINGLE_DES || (isRouter && !behaviour.isOfConnector())) {
      return router(number, behaviour);
    }
    return position < PHONES_IN_CYCLE ? phone(number, behaviour) : laptop(number, behaviour);
  }

  private static SimulatedDevice phone(int number, Behaviour behaviour) {
    String person = person(number);
    X500Name subject =
        name("Phones")
            .addRDN(BCStyle.SERIALNUMBER, serial(number))
            .addRDN(BCStyle.CN, person)
            .build();
    String mail = person + "@example.com";
    return new SimulatedDevice(
        number,
        DeviceKind.PHONE,
        behaviour,
        subject,
        List.of(
            new GeneralName(GeneralName.rfc822Name, mail),
            SubjectAltNames.userPrincipalName(mail),
            new GeneralName(
                GeneralName.uniformResourceIdentifier, "urn:example:device:" + serial(number))));
  }

  private static SimulatedDevice laptop(int number, Behaviour behaviour) {
    String host = String.format(Locale.ROOT, "lt-%05d.corp.example.com", number);
    return new SimulatedDevice(
        number,
        DeviceKind.LAPTOP,
        behaviour,
        name("Laptops").addRDN(BCStyle.CN, host).build(),
        List.of(
            new GeneralName(GeneralName.dNSName, host),
            SubjectAltNames.userPrincipalName(person(number) + "@example.com")));
  }

  private static SimulatedDevice router(int number, Behaviour behaviour) {
    String site = SITES.get(number % SITES.size());
    String host = String.format(Locale.ROOT, "rtr-%s-%d.net.example.com", site, number);
    String address =
        "10."
            + (number / (SITES_PER_NETWORK * SITES_PER_NETWORK) % SITES_PER_NETWORK)
            + "."
            + (number / SITES_PER_NETWORK % SITES_PER_NETWORK)
            + "."
            + (number % SITES_PER_NETWORK + 1);
    return new SimulatedDevice(
        number,
        DeviceKind.ROUTER,
        behaviour,
        name("Routers").addRDN(BCStyle.CN, host).build(),
        List.of(
            new GeneralName(GeneralName.dNSName, host),
            new GeneralName(GeneralName.iPAddress, address)));
  }

  private static X500NameBuilder name(String unit) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "Example Corp")
        .addRDN(BCStyle.OU, unit);
  }

  private static String person(int number) {
    return FIRST_NAMES.get(number % FIRST_NAMES.size())
        + "."
        + LAST_NAMES.get(number / 3 % LAST_NAMES.size());
  }

  /// A text like the serial numbers that manufacturers use, another for each number.
  private static String serial(int number) {
    StringBuilder text = new StringBuilder();
    long rest = number;
    for (int i = 0; i < SERIAL_LENGTH; i++) {
      int base = SERIAL_ALPHABET.length();
      text.append(SERIAL_ALPHABET.charAt((int) ((rest + 7L * i + 11) % base)));
      rest = i < SERIAL_LENGTH / 2 ? rest / base + number : rest / base;
    }
    return text.toString();
  }
}
