package org.certctl.challenge.connector;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the JSON of a token: UTF-8, one object, no name twice, nothing after it, all of it small.
///
/// A name that stands twice would let signer and verifier read different claims (RFC 8259, section
/// 4).
final class TokenJson {

  private static final int MAX_DEPTH = 4;
  private static final int MAX_NUMBER_CHARS = 32;
  private static final int MAX_NAME_CHARS = 128;
  private static final int MAX_STRING_CHARS = 8 * 1024;
  private static final int MAX_TOKENS = 2_000;

  private static final JsonMapper STRICT =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxDocumentLength(CompactToken.MAX_CHARS)
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .maxNameLength(MAX_NAME_CHARS)
                          .maxStringLength(MAX_STRING_CHARS)
                          .maxTokenCount(MAX_TOKENS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private TokenJson() {}

  /// The object in these octets.
  ///
  /// @param part what the octets are, for the explanation
  static ObjectNode object(String part, byte[] utf8) throws MalformedTokenException {
    JsonNode node;
    try {
      // Jackson would guess at other encodings; a token is UTF-8 (RFC 7519, section 3).
      node =
          STRICT.readTree(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new MalformedTokenException("its " + part + " is no UTF-8", e);
    } catch (JacksonException e) {
      throw new MalformedTokenException("its " + part + " is no JSON that is taken here", e);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new MalformedTokenException("its " + part + " is no JSON object");
  }
}
