package io.dynamodblake.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.testing.Golden;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.plans.logical.CreateTable;
import org.junit.jupiter.api.Test;

class RawExportDdlTest {
  static final String DATA = "s3://acme-exports/nightly/AWSDynamoDB/01731900000000-0a1b2c3d/data";

  private static Profile profile(ProfileLimits limits, String... items) {
    try {
      ItemScanner scanner = new ItemScanner();
      ItemTape tape = new ItemTape();
      ItemObserver observer = new ItemObserver(limits);
      for (String item : items) {
        byte[] line = ("{\"Item\":" + item + "}").getBytes(StandardCharsets.UTF_8);
        scanner.scan(line, 0, line.length, tape);
        observer.observe(tape, line.length);
      }
      return observer.profile();
    } catch (MalformedRecordException e) {
      throw new AssertionError(e);
    }
  }

  static Profile profile(String... items) {
    return profile(ProfileLimits.DEFAULT, items);
  }

  private static String create(Profile profile) {
    List<String> statements = RawExportDdl.statements("lake", "raw_orders", profile, DATA);
    statements.forEach(SparkGrammar::parse);
    assertThat(statements).hasSize(3);
    return statements.get(2);
  }

  private static String itemType(Profile profile) {
    CreateTable create =
        SparkGrammar.parseCreate(RawExportDdl.statements("lake", "raw_orders", profile, DATA));
    assertThat(create.tableSchema().fieldNames()).containsExactly("item");
    return create.tableSchema().apply("item").dataType().sql();
  }

  @Test
  void theScriptsEqualTheirGoldenFiles() throws Exception {
    Profile profile =
        profile(
            """
            {"pk":{"S":"a"},"Total":{"N":"1.5"},"tags":{"SS":["x"]},"data":{"B":"AA=="},
             "addr":{"M":{"city":{"S":"x"},"zip code":{"S":"1"},"date":{"NULL":true}}},
             "lines":{"L":[{"M":{"sku":{"S":"s"},"a.b":{"N":"1"}}},{"S":"free"}]},
             "nothing":{"L":[]},"empty":{"M":{}}}"""
                .replace("\n", ""),
            "{\"pk\":{\"S\":\"b\"},\"Total\":{\"S\":\"n/a\"},\"ok\":{\"BOOL\":true},\"two\\nlines\":{\"S\":\"\"}}");
    Golden.check(
        Path.of("src/test/resources/ddl/raw.sql"),
        RawExportDdl.script("lake", "raw_orders", profile, DATA));

    Profile twins =
        profile(
            "{\"Id\":{\"S\":\"a\"},\"id\":{\"N\":\"1\"},\"s\":{\"S\":\"x\"},\"item\":{\"M\":{\"N\":{\"N\":\"1\"}}}}");
    Golden.check(
        Path.of("src/test/resources/ddl/raw-case-twins.sql"),
        RawExportDdl.script("lake", "raw_orders", twins, DATA));
  }

  @Test
  void everyDescriptorThatWasSeenIsAField() {
    Profile profile =
        profile(
            "{\"x\":{\"S\":\"1\"}}",
            "{\"x\":{\"N\":\"1\"}}",
            "{\"x\":{\"B\":\"\"}}",
            "{\"x\":{\"BOOL\":true}}",
            "{\"x\":{\"NULL\":true}}",
            "{\"x\":{\"L\":[{\"N\":\"1\"}]}}",
            "{\"x\":{\"M\":{\"y\":{\"S\":\"\"}}}}",
            "{\"x\":{\"SS\":[\"\"]}}",
            "{\"x\":{\"NS\":[\"1\"]}}",
            "{\"x\":{\"BS\":[\"\"]}}");

    assertThat(itemType(profile).replace(" ", "").replace("`", ""))
        .isEqualTo(
            "STRUCT<x:STRUCT<s:STRING,n:STRING,b:STRING,bool:BOOLEAN,null:BOOLEAN,"
                + "l:ARRAY<STRUCT<n:STRING>>,m:STRUCT<y:STRUCT<s:STRING>>,"
                + "ss:ARRAY<STRING>,ns:ARRAY<STRING>,bs:ARRAY<STRING>>>");
  }

  @Test
  void keysWithoutTwinsAreComparedWithoutCase() {
    String create =
        create(profile("{\"Name\":{\"S\":\"x\"},\"a\":{\"M\":{\"name\":{\"S\":\"\"}}}}"));

    assertThat(create)
        .contains("'case.insensitive' = 'TRUE'")
        .contains("name:struct<s:string>")
        .doesNotContain("mapping.");
  }

  @Test
  void twinsAreToldApartByCaseAndEveryKeyWithCapitalsIsMapped() {
    String create =
        create(profile("{\"Id\":{\"S\":\"x\"},\"id\":{\"S\":\"\"},\"s\":{\"S\":\"\"}}"));

    assertThat(create)
        .contains("'case.insensitive' = 'FALSE'")
        .contains("'mapping.item' = 'Item'")
        .contains("'mapping.s' = 'S'")
        .contains("'mapping.id_2' = 'Id'")
        .contains("'mapping.s_2' = 's'")
        .contains("id:struct<s:string>")
        .contains("id_2:struct<s:string>")
        .contains("s_2:struct<s:string>");
  }

  @Test
  void openEndedMapsKeepTheirKeysWithCase() {
    String keys =
        IntStream.range(0, 5)
            .mapToObj(i -> "\"Key" + i + "\":{\"N\":\"1\"}")
            .collect(Collectors.joining(",", "{\"stock\":{\"M\":{", "}}}"));
    String create = create(profile(ProfileLimits.DEFAULT.withMaxFields(3), keys));

    assertThat(create)
        .contains("struct<stock:struct<m:map<string,struct<n:string>>>>")
        .contains("'case.insensitive' = 'FALSE'");
  }

  @Test
  void keysThatCannotBeMappedAreLeftOutAndNamed() {
    Profile profile =
        profile(
            "{\"a\\u0000b\":{\"S\":\"\"},\"m\":{\"M\":{\""
                + "x".repeat(300)
                + "\":{\"S\":\"\"}}},\"ok\":{\"S\":\"\"}}");

    assertThat(itemType(profile).replace("`", "").replace(" ", ""))
        .isEqualTo("STRUCT<m:STRUCT<m:MAP<STRING,STRING>>,ok:STRUCT<s:STRING>>");
    assertThat(RawExportDdl.script("lake", "raw_orders", profile, DATA))
        .contains("--   a<0000>b (a key that cannot be mapped)\n")
        .contains("--   m." + "x".repeat(100) + "... (a key that cannot be mapped)\n");
  }

  @Test
  void tooManyAttributesLeaveTheRarestOut() {
    String rare =
        IntStream.range(0, 6_000)
            .mapToObj(i -> "\"rare." + i + "\":{\"N\":\"1\"}")
            .collect(Collectors.joining(",", "{\"frequent\":{\"S\":\"\"},", "}"));
    Profile profile = profile(rare, "{\"frequent\":{\"S\":\"\"}}");

    String script = RawExportDdl.script("lake", "raw_orders", profile, DATA);
    String create = create(profile);

    assertThat(create.getBytes(StandardCharsets.UTF_8).length)
        .isBetween(100_000, AthenaDdl.MOST_STATEMENT_BYTES);
    assertThat(create).contains("frequent:struct<s:string>");
    assertThat(script).contains("(no room in one type of 131072 characters)").contains("more\n");
  }

  @Test
  void anExportWithoutItemsHasAColumnAllTheSame() {
    assertThat(itemType(profile())).isEqualTo("MAP<STRING, STRING>");
  }

  @Test
  void mappingsAreReadBackByTheGrammar() {
    Profile profile = profile("{\"a.b\":{\"S\":\"\"},\"it's\":{\"S\":\"\"}}");

    assertThat(create(profile))
        .contains("'mapping.a_b' = 'a.b'")
        .contains("'mapping.it_s' = 'it\\'s'");
  }

  @Test
  void aTableNameThatAthenaDoesNotTakeIsRefused() {
    assertThatThrownBy(() -> RawExportDdl.statements("lake", "My-Table", profile(), DATA))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("choose another name with --table");
  }
}
