package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Verify;
import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Unnesting;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FlattenOptionsTest {
  private static final List<KeyAttribute> KNOWN = List.of(KeyAttribute.parse("pk:S"));

  /** None of them is at its default. */
  private static FlattenOptions.Builder others() {
    return FlattenOptions.builder("export", "lake", "orders")
        .selecting(ExportSelection.newest().withExportId("01731900000000-0a1b2c3d"))
        .reading(ReadOptions.defaults().withVerify(Verify.COUNTS))
        .inDatabase("shop")
        .withSchemaFile("schema.json")
        .suggesting(true)
        .unnesting(new Unnesting(2, "__"))
        .withHashKey(HashKeySource.file("hash.key"))
        .partitionedBy(List.of("day(at)"))
        .sortedBy(List.of("pk"))
        .asCsv(new CsvFiles(CsvDialect.USUAL, OptionalInt.of(1)))
        .inCatalog("glue")
        .taggedFor(Duration.ofDays(3))
        .withTargetFileBytes(5000)
        .quarantiningAtMost(7)
        .strict(true)
        .replacing(true)
        .assumingTable(true)
        .allowingEmpty(true)
        .allowingRepeatedKeys(true)
        .withHistory(true)
        .withEntities("entities.json");
  }

  @Test
  void keysThatAreKnownFromElsewhereAreAllThatIsAdded() throws ReflectiveOperationException {
    FlattenOptions options = others().build();
    FlattenOptions defaults = FlattenOptions.builder("e", "l", "o").build();

    FlattenOptions keyed = options.orKeys(KNOWN);

    assertThat(keyed.keys()).isEqualTo(KNOWN);
    for (RecordComponent component : FlattenOptions.class.getRecordComponents()) {
      if (!component.getName().equals("keys")) {
        Object value = component.getAccessor().invoke(options);
        assertThat(value)
            .as("%s is tried with another value than its default", component.getName())
            .isNotEqualTo(component.getAccessor().invoke(defaults));
        assertThat(component.getAccessor().invoke(keyed)).as(component.getName()).isEqualTo(value);
      }
    }
  }

  @Test
  void keysThatWereGivenStay() {
    List<KeyAttribute> given = List.of(KeyAttribute.parse("id:N"));
    assertThat(others().withKeys(given).build().orKeys(KNOWN).keys()).isEqualTo(given);
    assertThat(others().build().orKeys(List.of()).keys()).isEmpty();
  }
}
