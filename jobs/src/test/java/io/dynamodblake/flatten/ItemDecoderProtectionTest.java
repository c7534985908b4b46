package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.testing.TreeSink;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What protected columns show, and what their hashes tell. */
class ItemDecoderProtectionTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar BIGINT = Scalar.of(Descriptor.N, LakeType.BIGINT);

  private static Object text(String text) {
    return TreeSink.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Object> decode(TableSchema schema, String item) throws Exception {
    TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
    ItemDecoder.forSchema(schema).decode(Tapes.ofItem(item), sink);
    return sink.values();
  }

  @Test
  void equalValuesHaveEqualHashesHoweverTheyAreWritten() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t", List.of(), List.of(new Column("h", "h", TEXT, Protection.HASH, false)));
    Map<String, List<String>> equal =
        Map.of(
            "{\"NS\":[\"1\",\"20\",\"3\"]}",
            List.of(
                "{\"NS\":[\"1\",\"20\",\"3\"]}",
                "{ \"NS\" : [\"3.0\", \"2E+1\", \"1.\"] }",
                "{\"NS\":[\"20\",\"1\",\"3\",\"1.0\"]}"),
            "{\"SS\":[\"\",\"a\",\"é\"]}",
            List.of("{\"SS\":[\"é\",\"a\",\"\"]}", "{\"SS\":[\"\\u0061\",\"\",\"\\u00e9\"]}"),
            "{\"BS\":[\"AAE=\",\"/w==\"]}",
            List.of("{\"BS\":[\"/w==\",\"AAE=\"]}", "{\"BS\":[\"/x==\",\"AAF=\",\"/w==\"]}"),
            "{\"L\":[{\"B\":\"QQ==\"},{\"S\":\"\uD83D\uDE00/\"},{\"N\":\"0\"},{\"N\":\"1200\"}]}",
            List.of(
                "{\"L\":[{\"B\":\"QR==\"},{\"S\":\"\\ud83d\\uDE00\\/\"},{\"N\":\"-0.0\"},{\"N\":\"+12e2\"}]}"),
            "{\"M\":{\"a\":{\"M\":{}},\"\uE000\":{\"BOOL\":false},\"\uD83D\uDE00\":{\"L\":[]}}}",
            List.of(
                "{\"M\":{\"\\ud83d\\ude00\":{\"L\":[ ]},\"\\ue000\":{\"BOOL\": false },\"\\u0061\":{\"M\":{ }}}}"),
            "{\"M\":{\"A\":{\"N\":\"0.5\"},\"a\":{\"L\":[{\"SS\":[\"x\",\"y\"]},{\"NULL\":true}]}}}",
            List.of(
                "{\"M\":{\"a\":{\"L\":[{\"SS\":[\"y\",\"x\"]},{\"NULL\":true}]},\"A\":{\"N\":\".5\"}}}"),
            "{\"L\":[{\"N\":\"2\"},{\"N\":\"1\"}]}",
            List.of("{\"L\": [{\"N\":\"2.0\"}, {\"N\":\"1\"}]}"));
    for (Map.Entry<String, List<String>> one : equal.entrySet()) {
      String hash = sha256(one.getKey());
      for (String written : one.getValue()) {
        assertThat(decode(schema, "{\"h\":" + written + "}").get(0))
            .as(written)
            .isEqualTo(text(hash));
      }
    }
    assertThat(decode(schema, "{\"h\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}}"))
        .isNotEqualTo(decode(schema, "{\"h\":{\"L\":[{\"N\":\"2\"},{\"N\":\"1\"}]}}"));
  }

  @Test
  void aHashWithAKeyIsOneThatOnlyItsHolderMakes() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t", List.of(), List.of(new Column("h", "h", TEXT, Protection.HASH_HMAC, false)));
    byte[] bytes = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
    Map<String, String> values =
        Map.of(
            "{\"S\":\"a\"}", "a",
            "{\"N\":\"1E+1\"}", "10",
            "{\"NS\":[\"2\",\"1.0\"]}", "{\"NS\":[\"1\",\"2\"]}");
    for (Map.Entry<String, String> value : values.entrySet()) {
      TreeSink sink = new TreeSink(3);
      ItemDecoder.forSchema(schema, HashKey.of(bytes))
          .decode(Tapes.ofItem("{\"h\":" + value.getKey() + "}"), sink);
      byte[] hash = mac.doFinal(value.getValue().getBytes(StandardCharsets.UTF_8));
      assertThat(sink.values().get(0)).isEqualTo(text(HexFormat.of().formatHex(hash)));
    }
    assertThatThrownBy(() -> ItemDecoder.forSchema(schema))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String sha256(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  @Test
  void protectedColumnsShowNothing() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(),
            List.of(
                new Column("m", "m", TEXT, Protection.MASK, false),
                new Column("h", "h", TEXT, Protection.HASH, false),
                new Column("i", "i", BIGINT, Protection.HASH, false)));
    String sha256OfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    String sha256Of10 = "4a44dc15364204a80fe80e9039455cc1608281820fe2b24f1e5233ade6af1dd5";
    assertThat(decode(schema, "{\"m\":{\"N\":\"1\"},\"h\":{\"S\":\"a\"},\"i\":{\"N\":\"1E+1\"}}"))
        .containsExactly(text("****"), text(sha256OfA), text(sha256Of10), null, null);
    assertThat(decode(schema, "{\"m\":{\"NULL\":true}}"))
        .containsExactly(null, null, null, null, List.of(text("m")));
  }
}
