package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TimeFormat;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {
  private static final DateTimeFormatter HTTP =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH);
  private static final String[] PATTERNS = {
    "uuuu-MM-dd'T'HH:mm:ss.SSS",
    "yyyy-MM-dd HH:mm:ss",
    "dd.MM.uuuu HH:mm:ss.SSSSSS",
    "EEE MMM d HH:mm:ss xx uuuu",
    "uuuuMMddHHmmssSSSX",
    "MM/dd/uuuu hh:mm:ss a",
    "uuuu-DDD'T'HH:mm",
    "EEEE, d MMMM uuuu",
  };

  private static TimeText http() {
    return TimeText.of(new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.RFC_1123));
  }

  private static TimeText pattern(String pattern, String offset) {
    return TimeText.of(Scalar.of(LakeType.TIMESTAMP, new TimeFormat(pattern, offset)));
  }

  private static IsoTime.Form read(TimeText time, String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    return time.readTime(bytes, 1, bytes.length - 1);
  }

  private static String written(TimeText time) {
    return new String(time.bytes(), 0, time.length(), StandardCharsets.UTF_8);
  }

  private static Instant anyTime(Random random) {
    long millis = random.nextLong(TimeText.FIRST_MILLI, TimeText.LAST_MILLI);
    return Instant.ofEpochMilli(random.nextBoolean() ? millis / 1_000 * 1_000 : millis);
  }

  @Property(tries = 500)
  void rfc1123IsWrittenAsJavaDoesAndReadBack(@ForAll long seed) {
    Instant time = anyTime(new Random(seed)).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    String text = HTTP.format(time.atOffset(ZoneOffset.UTC));
    TimeText http = http();

    assertThat(read(http, text)).isEqualTo(IsoTime.Form.CANONICAL);

    assertThat(http.epochMillis()).isEqualTo(time.toEpochMilli());
    assertThat(http.writeTime(time.toEpochMilli())).isTrue();
    assertThat(written(http)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Tue, 03 Mar 2026 10:11:12 GMT   | CANONICAL | 2026-03-03T10:11:12Z",
        "Mon, 01 Jan 0001 00:00:00 GMT   | CANONICAL | 0001-01-01T00:00:00Z",
        "Fri, 31 Dec 9999 23:59:59 GMT   | CANONICAL | 9999-12-31T23:59:59Z",
        "Tue, 3 Mar 2026 10:11:12 GMT    | OTHER     | 2026-03-03T10:11:12Z",
        "03 Mar 2026 10:11:12 GMT        | OTHER     | 2026-03-03T10:11:12Z",
        "Tue, 03 Mar 2026 10:11 GMT      | OTHER     | 2026-03-03T10:11:00Z",
        "Tue, 03 Mar 2026 10:11:12 UTC   | OTHER     | 2026-03-03T10:11:12Z",
        "Tue, 03 Mar 2026 10:11:12 -0130 | OTHER     | 2026-03-03T11:41:12Z",
        "Wed, 03 Mar 2026 10:11:12 GMT   | NONE      |",
        "Tue, 03 mar 2026 10:11:12 GMT   | NONE      |",
        "Tue, 03 Mar 2026 10:11:60 GMT   | NONE      |",
        "Tue, 03 Mar 2026 24:00:00 GMT   | NONE      |",
        "Sun, 29 Feb 2026 10:11:12 GMT   | NONE      |",
        "Tue, 03 Mar 26 10:11:12 GMT     | NONE      |",
        "Tue, 03 Mar 2026 10:11:12       | NONE      |",
        "Tue, 03 Mar 2026 10:11:12 EST   | NONE      |",
        "Tue, 03 Mar 2026 10:11:12 GMT.  | NONE      |",
        "Tue, 03 Mar 2026 10:11:12 +1900 | NONE      |",
        "Mon, 01 Jan 0001 00:00:00 +0100 | NONE      |",
        "Tue                             | NONE      |",
        "''                              | NONE      |",
      })
  void rfc1123(String text, IsoTime.Form form, String time) {
    TimeText http = http();

    assertThat(read(http, text)).isEqualTo(form);

    if (form != IsoTime.Form.NONE) {
      assertThat(Instant.ofEpochMilli(http.epochMillis())).isEqualTo(Instant.parse(time));
    }
  }

  @Property(tries = 1_000)
  void iso8601IsReadAsJavaDoes(@ForAll long seed) {
    Random random = new Random(seed);
    Instant time = anyTime(random);
    ZoneOffset zone = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-720, 720));
    OffsetDateTime there = time.atOffset(zone);
    TimeText iso = TimeText.of(new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601));

    assertThat(read(iso, time.toString())).isEqualTo(IsoTime.Form.CANONICAL);
    assertThat(iso.epochMillis()).isEqualTo(time.toEpochMilli());
    if (there.getYear() >= 1 && there.getYear() <= 9999) {
      assertThat(read(iso, there.toString())).isNotEqualTo(IsoTime.Form.NONE);
      assertThat(iso.epochMillis()).isEqualTo(time.toEpochMilli());
    }
    byte[] day = time.toString().substring(0, 10).getBytes(StandardCharsets.UTF_8);
    iso.readDate(day, 0, day.length);
    assertThat(iso.epochDay())
        .isEqualTo((int) LocalDate.ofInstant(time, ZoneOffset.UTC).toEpochDay());
  }

  @Property(tries = 1_000)
  void whatAPatternWritesItReadsAndWhatItCannotSayIsNotWritten(@ForAll long seed) {
    Random random = new Random(seed);
    String letters = PATTERNS[random.nextInt(PATTERNS.length)];
    ZoneOffset zone = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-720, 720));
    DateTimeFormatter java = DateTimeFormatter.ofPattern(letters, Locale.ENGLISH);
    OffsetDateTime time = anyTime(random).atOffset(zone);
    if (time.getYear() < 1 || time.getYear() > 9999) {
      return; // the calendar of a place may be a day ahead
    }
    String text = java.format(time);
    TimeText pattern = pattern(letters, zone.getId());

    assertThat(read(pattern, text)).as("%s %s", letters, text).isEqualTo(IsoTime.Form.CANONICAL);

    long millis = pattern.epochMillis();
    assertThat(java.format(Instant.ofEpochMilli(millis).atOffset(zone))).isEqualTo(text);
    assertThat(pattern.writeTime(millis)).isTrue();
    assertThat(written(pattern)).isEqualTo(text);
    assertThat(pattern.writeTime(time.toInstant().toEpochMilli()))
        .isEqualTo(millis == time.toInstant().toEpochMilli());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yyyy-MM-dd HH:mm:ss | 0001-01-01 00:00:00 | CANONICAL",
        "yyyy-MM-dd HH:mm:ss | 9999-12-31 23:59:59 | CANONICAL",
        "yyyy-MM-dd HH:mm:ss | 0000-01-01 00:00:00 | NONE",
        "uuuu-MM-dd HH:mm:ss | 0000-01-01 00:00:00 | NONE",
        "uuuu-MM-dd HH:mm:ss | +10000-01-01 00:00:00 | NONE",
        "uuuu-MM-dd HH:mm:ss | -0001-01-01 00:00:00 | NONE",
        "uuuu-MM-dd HH:mm:ss | 2016-12-31 23:59:60 | NONE",
        "uuuu-MM-dd HH:mm:ss | 2016-12-31 24:00:00 | NONE",
        "uuuu-MM-dd HH:mm:ss | 2026-02-29 00:00:00 | NONE",
        "uuuu-MM-dd HH:mm:ss | 2026-02-28 00:00:00Z | NONE",
        "uuuu-MM-dd HH:mm:ss | 2026-02-28T00:00:00 | NONE",
        "uuuu-MM-dd HH:mm:ss | ٢٠٢٦-٠٢-٢٨ ٠٠:٠٠:٠٠ | NONE",
        "uuuu-MM-dd HH:mm:ss.SSS | 2026-02-28 00:00:00.12 | NONE",
        "uuuu-MM-dd HH:mm:ss.SSSSSSSSS | 2026-02-28 00:00:00.123000000 | CANONICAL",
        "uuuu-MM-dd HH:mm:ss.SSSSSSSSS | 2026-02-28 00:00:00.123000001 | OTHER",
        "uuuu-MM-dd HH:mm:ss.S | 2026-02-28 00:00:00.1 | CANONICAL",
        "uuuu-MM-dd HH:mm:ss[.SSS] | 2026-02-28 00:00:00 | OTHER",
        "uuuu-MM-dd HH:mm:ss[.SSS] | 2026-02-28 00:00:00.000 | CANONICAL",
        "d MMM uuuu | 3 MAR 2026 | NONE",
        "d MMM uuuu | 03 Mar 2026 | OTHER",
        "uuuu-MM-dd HH:mmX | 2026-02-28 00:00+01 | OTHER",
        "uuuu-MM-dd HH:mmX | 2026-02-28 00:00Z | CANONICAL",
        "MM/dd/yy | 12/31/99 | CANONICAL",
      })
  void patternsAreReadStrictly(String letters, String text, IsoTime.Form form) {
    assertThat(read(pattern(letters, "Z"), text)).isEqualTo(form);
  }

  @Test
  void aTextOfAHundredKilobytesIsNotRead() {
    TimeText pattern = pattern("uuuu-MM-dd[ HH:mm]", "Z");

    assertThat(read(pattern, "2026-02-28" + " ".repeat(100_000))).isEqualTo(IsoTime.Form.NONE);
    assertThat(read(pattern, "2".repeat(100_000))).isEqualTo(IsoTime.Form.NONE);
  }

  @Test
  void twoDigitsOfAYearAreThoseOfThisCentury() {
    TimeText pattern = pattern("dd.MM.yy", "Z");

    assertThat(read(pattern, "31.12.99")).isEqualTo(IsoTime.Form.CANONICAL);

    assertThat(Instant.ofEpochMilli(pattern.epochMillis())).isEqualTo("2099-12-31T00:00:00Z");
    assertThat(pattern.writeTime(Instant.parse("1999-12-31T00:00:00Z").toEpochMilli())).isFalse();
  }

  @Test
  void datesAreDaysWhereverTheMachineIs() {
    TimeText pattern = TimeText.of(Scalar.of(LakeType.DATE, TimeFormat.of("d.M.yyyy")));
    byte[] text = "3.12.2026".getBytes(StandardCharsets.UTF_8);

    assertThat(pattern.readDate(text, 0, text.length)).isEqualTo(IsoTime.Form.CANONICAL);

    assertThat(pattern.epochDay()).isEqualTo((int) LocalDate.of(2026, 12, 3).toEpochDay());
    assertThat(pattern.writeDate((int) LocalDate.of(1, 1, 1).toEpochDay())).isTrue();
    assertThat(written(pattern)).isEqualTo("1.1.0001");
    assertThat(pattern.writeDate((int) LocalDate.of(10_000, 1, 1).toEpochDay())).isFalse();
    assertThat(pattern.writeDate((int) LocalDate.of(0, 12, 31).toEpochDay())).isFalse();
  }
}
