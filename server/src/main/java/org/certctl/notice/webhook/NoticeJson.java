package org.certctl.notice.webhook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.certctl.notice.Notice;
import org.certctl.notice.Notice.IssuedCertificate;
import org.certctl.notice.Notice.IssuedGroup;
import org.certctl.notice.Notice.ServerCertificate;
import tools.jackson.databind.json.JsonMapper;

/// The body of a webhook call: the schema `certctl.notice.v1` of `docs/expiry-notices.md`. Fields
/// may be added to it, none goes or changes its meaning. The same notice gives the same octets.
final class NoticeJson {

  private static final String SCHEMA = "certctl.notice.v1";
  private static final JsonMapper JSON = JsonMapper.shared();

  private NoticeJson() {}

  static byte[] encode(Notice notice) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("schema", SCHEMA);
    body.put("id", notice.id());
    body.put("type", notice.kind().wireValue());
    body.put("created_at", notice.at().toString());
    body.put("server", notice.server());
    body.put("summary", notice.summary());
    List<Object> certificates = new ArrayList<>();
    notice.serverCertificates().forEach(each -> certificates.add(certificate(each)));
    body.put("certificates", certificates);
    List<Object> groups = new ArrayList<>();
    notice.issued().forEach(each -> groups.add(group(each)));
    body.put("issued", groups);
    return JSON.writeValueAsBytes(body);
  }

  private static Map<String, Object> certificate(ServerCertificate certificate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    List<Object> uses = new ArrayList<>();
    certificate
        .uses()
        .forEach(
            use -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("kind", use.kind());
              one.put("name", use.name());
              uses.add(one);
            });
    fields.put("uses", uses);
    fields.put("subject", certificate.subject());
    fields.put("serial_number", certificate.serialNumber());
    fields.put("fingerprint_sha256", certificate.fingerprint());
    fields.put("not_after", certificate.notAfter().toString());
    certificate.threshold().ifPresent(time -> fields.put("threshold", Notice.text(time)));
    return fields;
  }

  private static Map<String, Object> group(IssuedGroup group) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("profile", group.profile());
    fields.put("threshold", Notice.text(group.threshold()));
    fields.put("count", group.count());
    List<Object> first = new ArrayList<>();
    group.first().forEach(each -> first.add(issued(each)));
    fields.put("certificates", first);
    return fields;
  }

  private static Map<String, Object> issued(IssuedCertificate certificate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("subject", certificate.subject());
    fields.put("device", certificate.device());
    fields.put("issuer_id", certificate.issuerId());
    fields.put("serial_number", certificate.serialNumber());
    fields.put("not_after", certificate.notAfter().toString());
    return fields;
  }
}
