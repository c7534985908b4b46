package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.type.Descriptor;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaSuggesterTest {
  private static final Instant EXPORTED = Instant.parse("2026-11-18T03:20:00Z");
  private static final long YEAR_SECONDS = 365 * 86_400L;
  private static final Locale ENGLISH = Locale.ENGLISH;

  private static Suggestions of(Profile profile) {
    return SchemaSuggester.of(profile, PlanOptions.of("t", List.of()), Optional.of(EXPORTED));
  }

  /** What is suggested for an attribute with those values, one an item. */
  private static Suggestions of(String attribute, List<String> values) {
    return of(
        Profiles.ofItems(
            values.stream()
                .map(value -> "{\"%s\":%s}".formatted(attribute, value))
                .toArray(String[]::new)));
  }

  private static List<String> becomes(Suggestions suggestions) {
    return suggestions.retyped().stream()
        .map(retyped -> retyped.path() + " " + retyped.becomes())
        .toList();
  }

  private static String text(String text) {
    return "{\"S\":\"%s\"}".formatted(text);
  }

  private static String number(Object number) {
    return "{\"N\":\"%s\"}".formatted(number);
  }

  /** Values of moments in the year before the export, in no order. */
  private static List<String> moments(LongFunction<String> written) {
    Random random = new Random(7);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      long millis = EXPORTED.toEpochMilli() - random.nextLong(YEAR_SECONDS * 1_000);
      // the last is a whole second
      values.add(written.apply(i == 39 ? millis / 1_000 * 1_000 : millis));
    }
    return values;
  }

  private static LongFunction<String> in(String pattern, String offset) {
    DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, ENGLISH);
    return millis ->
        text(formatter.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.of(offset))));
  }

  static Stream<Arguments> columnsMetInTheWild() {
    return Stream.of(
        Arguments.of(
            "JavaScript's toISOString",
            in("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", "Z"),
            "timestamp from iso-8601-millis"),
        Arguments.of(
            "Java's Instant",
            (LongFunction<String>) millis -> text(Instant.ofEpochMilli(millis).toString()),
            "timestamp from iso-8601"),
        Arguments.of(
            "seconds in UTC", in("uuuu-MM-dd'T'HH:mm:ss'Z'", "Z"), "timestamp from iso-8601"),
        Arguments.of(
            "without an offset",
            in("uuuu-MM-dd'T'HH:mm:ss", "Z"),
            "timestamp in the form uuuu-MM-dd'T'HH:mm:ss"),
        Arguments.of(
            "with an offset",
            in("uuuu-MM-dd'T'HH:mm:ssxxx", "+02:00"),
            "timestamp in the form uuuu-MM-dd'T'HH:mm:ssxxx at +02:00"),
        Arguments.of(
            "with an offset in digits",
            in("uuuu-MM-dd'T'HH:mm:ss.SSSxx", "-03:30"),
            "timestamp in the form uuuu-MM-dd'T'HH:mm:ss.SSSxx at -03:30"),
        Arguments.of(
            "with the offset of UTC",
            in("uuuu-MM-dd'T'HH:mm:ssxxx", "Z"),
            "timestamp in the form uuuu-MM-dd'T'HH:mm:ssxxx"),
        Arguments.of(
            "of a database",
            in("uuuu-MM-dd HH:mm:ss.SSS", "Z"),
            "timestamp in the form uuuu-MM-dd HH:mm:ss.SSS"),
        Arguments.of(
            "microseconds that are zero",
            in("uuuu-MM-dd HH:mm:ss.SSS'000'", "Z"),
            "timestamp in the form uuuu-MM-dd HH:mm:ss.SSSSSS"),
        Arguments.of(
            "minutes", in("uuuu-MM-dd HH:mm", "Z"), "timestamp in the form uuuu-MM-dd HH:mm"),
        Arguments.of("days", in("uuuu-MM-dd", "Z"), "date from iso-8601"),
        Arguments.of(
            "JavaScript's toUTCString",
            in("EEE, dd MMM uuuu HH:mm:ss 'GMT'", "Z"),
            "timestamp from rfc-1123"),
        Arguments.of(
            "seconds since 1970",
            (LongFunction<String>) millis -> number(millis / 1_000),
            "timestamp from epoch-seconds"),
        Arguments.of(
            "seconds since 1970 with a fraction",
            (LongFunction<String>) millis -> number(millis / 1_000.0),
            "timestamp from epoch-seconds"),
        Arguments.of(
            "milliseconds since 1970",
            (LongFunction<String>) SchemaSuggesterTest::number,
            "timestamp from epoch-millis"),
        Arguments.of(
            "microseconds since 1970",
            (LongFunction<String>) millis -> number(millis * 1_000),
            "timestamp from epoch-micros"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("columnsMetInTheWild")
  void everyTimeOfOneFormIsSuggested(String name, LongFunction<String> written, String becomes) {
    List<String> values = moments(written);

    Suggestions suggestions = of("createdAt", values);

    assertThat(becomes(suggestions)).containsExactly("createdAt " + becomes);
    assertThat(suggestions.retyped().get(0).values()).isEqualTo(values.size());
    assertThat(suggestions.noted()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("columnsMetInTheWild")
  void nothingIsSuggestedWhereOneValueDoesNotFit(
      String name, LongFunction<String> written, String becomes) {
    for (String odd :
        List.of(
            text("soon"), text(""), text("2026-02-30"), number(7), number(-1), "{\"BOOL\":true}")) {
      List<String> values = moments(written);
      values.add(17, odd);

      Suggestions suggestions = of("createdAt", values);

      assertThat(becomes(suggestions)).as(odd).isEmpty();
      assertThat(suggestions.schema().columns().get(0).mapping())
          .as(odd)
          .isEqualTo(
              SchemaPlanner.plan(
                      Profiles.ofItems(
                          values.stream()
                              .map(value -> "{\"createdAt\":" + value + "}")
                              .toArray(String[]::new)),
                      PlanOptions.of("t", List.of()))
                  .schema()
                  .columns()
                  .get(0)
                  .mapping());
    }
  }

  @Test
  void nullIsNoMisfit() {
    List<String> values = moments(in("uuuu-MM-dd", "Z"));
    values.add("{\"NULL\":true}");

    assertThat(becomes(of("day", values))).containsExactly("day date from iso-8601");
  }

  @Test
  void severalFormsInOneAttributeAreNotSuggested() {
    List<String> values = new ArrayList<>();
    columnsMetInTheWild()
        .map(SchemaSuggesterTest::column)
        .forEach(written -> values.addAll(moments(written).subList(0, 3)));
    Collections.shuffle(values, new Random(1));

    assertThat(of("createdAt", values).retyped()).isEmpty();

    List<String> texts = values.stream().filter(value -> value.startsWith("{\"S\"")).toList();
    Suggestions suggestions = of("createdAt", texts);
    assertThat(suggestions.retyped()).isEmpty();
    assertThat(suggestions.noted())
        .extracting(Suggestions.Noted::what)
        .containsExactly(
            "times in more than one form: no type gives all of them back without a copy in ddb_rescued");
  }

  @SuppressWarnings("unchecked")
  private static LongFunction<String> column(Arguments arguments) {
    return (LongFunction<String>) arguments.get()[1];
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-03T10:11:12+01:00 | 2026-07-03T10:11:12+02:00 | times at more than one offset from UTC",
        "2026-03-03T10:11:12-00:00 | 2026-07-03T10:11:12-00:00 | times at more than one offset from UTC",
        "2026-03-03T10:11:12.123456 | 2026-07-03T10:11:12.654321 | times finer than a millisecond",
        "2026-03-03T10:11:12.5Z | 2026-07-03T10:11:12.25Z | times with more and with fewer fractional digits",
        "2026-03-03T10:11:12.000Z | 2026-07-03T10:11:12Z | times with more and with fewer fractional digits",
        "2026-03-03T10:11:12Z | 2026-07-03 10:11:12Z | times in more than one form",
        "2026-03-03T10:11Z | 2026-07-03T10:11:12Z | times in more than one form",
        "2026-03-03 | 2026-07-03T10:11:12Z | times in more than one form",
      })
  void timesThatNoColumnGivesBackAreNamedOnly(String one, String another, String what) {
    Suggestions suggestions = of("createdAt", List.of(text(one), text(another)));

    assertThat(suggestions.retyped()).isEmpty();
    assertThat(suggestions.noted())
        .extracting(Suggestions.Noted::what)
        .containsExactly(what + ": no type gives all of them back without a copy in ddb_rescued");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-03T10:11:60Z",
        "2026-03-03T24:00:00Z",
        "0000-01-01",
        "0001-01-01T00:00:00+01:00",
        "10000-01-01",
        "2026-02-29",
        "2026-03-03T10:11:12 Z",
        "2026-03-03T10:11:12+01:",
        "Wed, 03 Mar 2026 10:11:12 GMT",
        "Tue, 3 Mar 2026 10:11:12 GMT",
        "03.03.2026",
        "20260303",
      })
  void textsThatAreNoTimesAreNotSuggested(String text) {
    assertThat(of("createdAt", List.of(text(text))).retyped()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01", "9999-12-31", "2024-02-29"})
  void theFirstAndTheLastYearAreDates(String text) {
    assertThat(becomes(of("d", List.of(text(text))))).containsExactly("d date from iso-8601");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "createdAt",
        "created_at",
        "CREATED_AT",
        "ts",
        "updatedAtMs",
        "expires",
        "ttl",
        "lastLogin",
        "order_date",
        "OrderTime",
        "createdat",
        "epochSeconds",
        "timestamp2",
        "startedat"
      })
  void aNameSaysThatNumbersAreMoments(String name) {
    assertThat(becomes(of(name, List.of(number(1_763_000_000), number(1_999_999_999)))))
        .containsExactly(name + " timestamp from epoch-seconds");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orderNumber", "order", "invoiceNo", "customerId", "id", "phone", "version", "createdBy",
        "ean", "total", "seq", "timestampId", "n", "x1", "größe", "1"
      })
  void orderNumbersWithinSaneYearsAreNumbers(String name) {
    // one close to the other, as somebody counts, up to the export
    List<String> counted =
        IntStream.range(0, 5_000).mapToObj(i -> number(1_794_800_000L + i * 20L)).toList();
    assertThat(of(name, counted).retyped()).isEmpty();

    // far apart, and far beyond the export
    List<String> random =
        new Random(3)
            .longs(500, 1_000_000_000L, 4_000_000_000L)
            .mapToObj(SchemaSuggesterTest::number)
            .toList();
    assertThat(of(name, random).retyped()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "1, epoch-millis",
    "1000, epoch-micros",
  })
  void momentsUpToTheExportAreKnownByTheirSpread(long factor, String from) {
    List<String> values = moments(millis -> number(millis * factor));

    Suggestions suggestions = of("v", values);

    assertThat(becomes(suggestions)).containsExactly("v timestamp from " + from);
    assertThat(suggestions.retyped().get(0).why()).contains("up to the time of the export");
    assertThat(
            SchemaSuggester.of(
                    Profiles.ofItems(
                        values.stream()
                            .map(value -> "{\"v\":" + value + "}")
                            .toArray(String[]::new)),
                    PlanOptions.of("t", List.of()),
                    Optional.empty())
                .retyped())
        .as("nobody knows when it was exported")
        .isEmpty();
  }

  @Test
  void momentsOfWhichOneIsBeyondSaneYearsAreNotSuggested() {
    assertThat(of("expiresAt", List.of(number(1_763_000_000L), number(253_402_300_799L))).retyped())
        .isEmpty();
    assertThat(of("createdAt", List.of(number(1_763_000_000L), number(0))).retyped()).isEmpty();
    assertThat(
            of("createdAt", List.of(number(1_763_000_000L), number(1_763_000_000_000L))).retyped())
        .isEmpty();
  }

  @Test
  void microsecondsThatAreNoMillisecondsAreNamedOnly() {
    Suggestions suggestions =
        of("createdAt", List.of(number(1_763_000_000_123_456L), number(1_763_000_000_123_000L)));

    assertThat(suggestions.retyped()).isEmpty();
    assertThat(suggestions.noted())
        .extracting(Suggestions.Noted::what)
        .containsExactly(
            "moments finer than a millisecond: no type gives all of them back without a copy in ddb_rescued");
  }

  @Test
  void secondsWithMoreThanThreeFractionalDigitsAreNamedOnly() {
    assertThat(of("createdAt", List.of(number("1763000000.1234"))).noted()).hasSize(1);
    assertThat(becomes(of("createdAt", List.of(number("1763000000.123")))))
        .containsExactly("createdAt timestamp from epoch-seconds");
  }

  @Test
  void trueAndFalseAreNamedAndStayTexts() {
    Suggestions suggestions = of("paid", List.of(text("true"), text("false"), text("true")));

    assertThat(suggestions.noted())
        .containsExactly(new Suggestions.Noted("paid", 3, "true and false as texts"));
    assertThat(suggestions.changeSchema()).isFalse();
    assertThat(of("paid", List.of(text("True"), text("False"))).noted()).hasSize(1);
    assertThat(of("paid", List.of(text("TRUE"))).noted()).hasSize(1);
    assertThat(of("paid", List.of(text("true"), text("TRUE"))).noted()).isEmpty();
    assertThat(of("paid", List.of(text("true"), text("yes"))).noted()).isEmpty();
    assertThat(of("paid", List.of(text("tRUE"))).noted()).isEmpty();
  }

  @Test
  void placesInsideOthersAreSuggested() {
    Suggestions suggestions =
        of(
            Profiles.ofItems(
                """
                {"l":{"L":[{"M":{"createdAt":{"N":"1763000000"}}}]},
                 "days":{"SS":["2026-11-18","2026-11-19"]},
                 "m":{"M":{"x":{"M":{"day":{"S":"2026-11-18"}}}}}}
                """
                    .replace("\n", "")));

    assertThat(becomes(suggestions))
        .containsExactly(
            "days[] date from iso-8601",
            "l[].createdAt timestamp from epoch-seconds",
            "m.x.day date from iso-8601");
    assertThat(TableSchemaJson.fromJson(TableSchemaJson.toJson(suggestions.schema())))
        .isEqualTo(suggestions.schema());
  }

  @Test
  void structsWhoseKeysAreDataCouldBeMaps() {
    String[] items =
        IntStream.range(0, 20)
            .mapToObj(
                "{\"stock\":{\"M\":{\"A-%1$s\":{\"N\":\"1\"},\"B-%1$s\":{\"N\":\"2.5\"}}}}"
                    ::formatted)
            .toArray(String[]::new);

    Suggestions suggestions = of(Profiles.ofItems(items));

    assertThat(becomes(suggestions)).containsExactly("stock map");
    assertThat(suggestions.schema().columns().get(0).mapping())
        .isEqualTo(
            new ValueMapping.OpenMap(
                ValueMapping.Scalar.of(Descriptor.N, LakeType.decimal(18, 1))));
    // each of the keys in every map: those are fields
    String all =
        IntStream.range(0, 20)
            .mapToObj("\"line%s\":{\"S\":\"x\"}"::formatted)
            .collect(java.util.stream.Collectors.joining(","));
    assertThat(of(Profiles.ofItems("{\"address\":{\"M\":{" + all + "}}}")).retyped()).isEmpty();
  }

  @Test
  void openKeysAreNamed() {
    String[] items =
        IntStream.range(0, 150)
            .mapToObj("{\"stock\":{\"M\":{\"A%s\":{\"N\":\"1\"}}}}"::formatted)
            .toArray(String[]::new);

    assertThat(of(Profiles.ofItems(items)).noted())
        .containsExactly(
            new Suggestions.Noted(
                "stock", 150, "keys are data, more than 100 of them: a map rather than a struct"));
  }

  @Test
  void keysAreTakenByTheirNamesOnlyWhereBothAreThere() {
    String item = "{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"2026-11-18\"}}";

    Suggestions suggestions = of(Profiles.ofItems(item, item));

    assertThat(KeyAttribute.texts(suggestions.keys())).containsExactly("PK:S", "SK:S");
    assertThat(suggestions.schema().keys()).isEqualTo(suggestions.keys());
    assertThat(suggestions.layout().sortBy()).containsExactly("pk", "sk");
    assertThat(suggestions.retyped()).as("keys keep their types").isEmpty();
    assertThat(of(Profiles.ofItems(item, "{\"PK\":{\"S\":\"a\"}}")).keys()).isEmpty();
    assertThat(
            SchemaSuggester.of(
                    Profiles.ofItems(item),
                    PlanOptions.of("t", List.of(KeyAttribute.parse("PK:S"))),
                    Optional.empty())
                .keys())
        .as("somebody has said them")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // bytes of JSON; first and last time of an item; partitions
    "10GB,  2026-01-01, 2026-01-05, day(createdat)",
    "10GB,  2026-01-01, 2026-10-05, month(createdat)",
    "10GB,  2020-01-01, 2026-10-05, year(createdat)",
    "10GB,  2026-01-01, 2026-01-01, ''",
    "1GB,   2020-01-01, 2026-10-05, ''",
    "100MB, 2026-01-01, 2026-01-05, ''",
  })
  void partitionsAreThoseThatAreLargeEnough(
      String bytes, String first, String last, String partition) throws Exception {
    ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
    observer.observe(Tapes.ofItem(item(first, "2030-01-01")), 1);
    observer.observe(Tapes.ofItem(item(last, "2032-01-01")), bytes(bytes));

    assertThat(of(observer.profile()).layout().partitionBy().orElse("")).isEqualTo(partition);
  }

  private static String item(String created, String expires) {
    return "{\"createdAt\":%s,\"expires\":%s}".formatted(text(created), text(expires));
  }

  private static long bytes(String text) {
    return Long.parseLong(text.replaceAll("\\D", "")) << (text.endsWith("GB") ? 30 : 20);
  }

  @Test
  void localTimesAreToldToBeTakenForUtc() {
    String text = text(LocalDateTime.of(2026, 11, 18, 3, 20, 1).toString());

    assertThat(of("at", List.of(text)).retyped().get(0).why()).contains("read as UTC");
    assertThat(
            of("at", List.of(text(OffsetDateTime.parse("2026-11-18T03:20:01Z").toString())))
                .retyped()
                .get(0)
                .why())
        .doesNotContain("UTC");
  }
}
