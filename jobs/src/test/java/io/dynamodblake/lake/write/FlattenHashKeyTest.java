package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.schema.DataRefusedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Columns that are hashed with a key that only its holder knows. */
class FlattenHashKeyTest extends LakeTest {
  private FlattenOptions.Builder hashing(Path export, String protect) throws Exception {
    Path schema =
        Files.writeString(
            temp.resolve("hash.json"),
            ("{\"format\":\"dynamodb-lake-schema\",\"version\":1,\"table\":\"t\",\"columns\":["
                    + "{\"name\":\"pk\",\"attribute\":\"pk\",\"descriptor\":\"S\",\"type\":\"string\"},"
                    + "{\"name\":\"ssn\",\"attribute\":\"ssn\",\"protect\":\"%s\",\"descriptor\":\"S\",\"type\":\"string\"}]}")
                .formatted(protect));
    return options(export).withSchemaFile(schema.toString());
  }

  private HashKeySource keyFile(String key) throws Exception {
    return HashKeySource.file(Files.writeString(temp.resolve("hash.key"), key + "\n").toString());
  }

  @Test
  void valuesAreHashedWithAKeyThatStandsNowhereInTheTable() throws Exception {
    String key = "a-key-of-more-than-32-random-bytes-0123456789";
    Path export = export().file(item("a", "\"ssn\":{\"S\":\"123\"}"), item("b")).write();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String hash = HexFormat.of().formatHex(mac.doFinal("123".getBytes(StandardCharsets.UTF_8)));

    flatten(hashing(export, "hash-hmac").withHashKey(keyFile(key)));
    assertThat(rows("pk", "ssn")).containsExactly("[a," + hash + "]", "[b,null]");
    flatten(
        hashing(export, "hash-hmac")
            .withHashKey(keyFile(key))
            .sortedBy(List.of("pk"))
            .replacing(true));
    assertThat(rows("pk", "ssn")).as("by Spark's rows").contains("[a," + hash + "]");
    for (String file : filesBelow(lake())) {
      assertThat(Files.readString(lake().resolve(file), StandardCharsets.ISO_8859_1))
          .as(file)
          .doesNotContain(key);
    }
    assertThat(Files.readString(lake().resolve("_dynamodb/schema.json")))
        .containsPattern("\"hashKey\": \"[0-9a-f]{16}\"")
        .contains("\"protect\": \"hash-hmac\"");
  }

  @Test
  void anotherKeyIsNoticedAndNoKeyIsRefused() throws Exception {
    Path export = export().file(item("a", "\"ssn\":{\"S\":\"123\"}")).write();
    assertThatThrownBy(() -> flatten(hashing(export, "hash-hmac")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot hash column ssn")
        .hasMessageContaining("give its file or secret with --hash-key");
    assertThatThrownBy(() -> flatten(hashing(export, "hash").withHashKey(keyFile("x".repeat(32)))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no column is hashed with it");
    assertThatThrownBy(() -> flatten(hashing(export, "hash-hmac").withHashKey(keyFile("short"))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it has 5 bytes");

    flatten(hashing(export, "hash-hmac").withHashKey(keyFile("x".repeat(32))));
    Path next =
        export()
            .exportId("01732000000000-1a2b3c4d")
            .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
            .file(item("a", "\"ssn\":{\"S\":\"123\"}"))
            .write();
    assertThatThrownBy(() -> flatten(options(next).withHashKey(keyFile("y".repeat(32)))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the table was hashed with another key")
        .hasMessageNotContaining("yyy");
    assertThat(flatten(options(next).withHashKey(keyFile("x".repeat(32)))).schema().source())
        .isEqualTo("evolved");
  }
}
