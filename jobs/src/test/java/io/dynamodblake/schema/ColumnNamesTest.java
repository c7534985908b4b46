package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnNamesTest {
  @Provide
  Arbitrary<Set<String>> attributes() {
    Arbitrary<String> close =
        Arbitraries.strings().withChars("aAäÄ_.2 é1").ofMinLength(0).ofMaxLength(4);
    Arbitrary<String> any = Arbitraries.strings().ofMaxLength(300);
    Arbitrary<String> nasty =
        Arbitraries.of(
            "ddb_rescued",
            "DDB_RESCUED",
            "ddb_rescued_2",
            "ddb_nulls",
            "snapshot",
            "Snapshot",
            "select",
            "a_2",
            "😀",
            "İ",
            "ß");
    return Arbitraries.oneOf(close, close, any, nasty).set().ofMaxSize(30);
  }

  @Property
  void namesAreLegalUniqueAndTheSameInAnyOrder(
      @ForAll("attributes") Set<String> attributes, @ForAll long seed) {
    Map<String, String> names = ColumnNames.ofColumns(attributes);
    assertThat(names.keySet()).isEqualTo(attributes);
    assertThat(names.values()).allMatch(ColumnNames::isLegal).doesNotHaveDuplicates();
    assertThat(names.values())
        .doesNotContain(TableSchema.RESCUED, TableSchema.NULLS, ColumnNames.SNAPSHOT);
    List<String> shuffled = new ArrayList<>(attributes);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(ColumnNames.ofColumns(shuffled)).isEqualTo(names);
  }

  @Property
  void legalNamesStayAsTheyAre(@ForAll("attributes") Set<String> attributes) {
    ColumnNames.ofFields(attributes)
        .forEach(
            (attribute, name) -> {
              if (ColumnNames.isLegal(attribute)) {
                assertThat(name).isEqualTo(attribute);
                assertThat(ColumnNames.clean(attribute)).isEqualTo(attribute);
              }
            });
  }

  @Property
  void newNamesAvoidTheTakenOnes(
      @ForAll("attributes") Set<String> old, @ForAll("attributes") Set<String> added) {
    Set<String> taken = new HashSet<>(ColumnNames.ofColumns(old).values());
    assertThat(ColumnNames.assign(added, taken).values()).noneMatch(taken::contains);
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "total, total",
    "createdAt, createdat",
    "größe, grosse_not_expanded",
    "Ünïcödé, unicode",
    "a.b c-d, a_b_c_d",
    "1st, _1st",
    "✓, _",
    "😀x, _x",
    "İ, i",
    "'', _",
    "_x9, _x9",
  })
  void namesAreCleaned(String attribute, String name) {
    // sharp s has no decomposition
    String expected = name.equals("grosse_not_expanded") ? "gro_e" : name;
    assertThat(ColumnNames.clean(attribute)).isEqualTo(expected);
  }

  @Test
  void twinsGetNumbersAndTheLegalOneKeepsItsName() {
    assertThat(ColumnNames.ofColumns(List.of("Total", "total", "TOTAL", "total_2", "ddb_rescued")))
        .isEqualTo(
            Map.of(
                "total", "total",
                "total_2", "total_2",
                "TOTAL", "total_3",
                "Total", "total_4",
                "ddb_rescued", "ddb_rescued_2"));
  }

  @Test
  void longTwinsStayWithinTheLimit() {
    String longName = "a".repeat(255);
    Map<String, String> names =
        ColumnNames.ofColumns(
            List.of(longName, longName + "b", longName.toUpperCase(java.util.Locale.ROOT)));
    assertThat(names.values())
        .containsExactlyInAnyOrder(longName, "a".repeat(253) + "_2", "a".repeat(253) + "_3");
  }

  @Test
  void orderIsByCodePoints() {
    assertThat(ColumnNames.CODE_POINT_ORDER.compare("\uFFFD", "\uD83D\uDE00")).isNegative();
    assertThat("\uFFFD".compareTo("\uD83D\uDE00")).isPositive();
  }
}
