package org.certctl.cli.probe;

/// What a finding is about, in the order of the report.
enum Topic {
  CONNECTION("Connection"),
  TLS("TLS"),
  CAPABILITIES("Capabilities"),
  CA_CERTIFICATES("CA certificates"),
  MESSAGES("Messages"),
  HABITS("HTTP habits of old devices"),
  CHALLENGE("Wrong challenge"),
  ENROLLMENT("Enrollment"),
  RENEWAL("Renewal");

  private final String title;

  Topic(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
