package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeFormatTest {
  private static TableSchema read(String type, String pattern, String offset) {
    return TableSchemaJson.fromJson(
        """
        {"format":"dynamodb-lake-schema","version":1,"table":"t","columns":[
          {"name":"a","attribute":"A","descriptor":"S","type":"%s","format":"%s"%s}]}
        """
            .formatted(
                type, pattern, offset.isEmpty() ? "" : ",\"offset\":\"%s\"".formatted(offset)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                | has no characters, or more than 100",
        "uuuu-MM-ddTHH:mm  | is no pattern of Java's DateTimeFormatter (Unknown pattern letter: T); write one such as",
        "uuuu-MM-dd HHHHH  | (Too many pattern letters: H)",
        "uuuu-MM-dd SSSSSSSSSS | (Minimum width must be from 0 to 9",
        "uuuu-MM-dd{       | (Pattern includes reserved character: '{')",
        "uuuu-MM-dd]       | is no pattern of Java's",
        "uuuu-MM-dd'       | is no pattern of Java's",
        "YYYY-MM-dd        | Y in \"format\" is the year of a week",
        "ppppppppuuuu-MM-dd | p in \"format\" does not mean the same everywhere",
        "e uuuu-MM-dd      | e in \"format\" does not mean the same everywhere",
        "uuuu-MM-dd HH:mm z | z in \"format\" is a zone by name",
        "uuuu-MM-dd HH:mm VV | V in \"format\" is a zone by name",
        "MM/uuuu           | does not say year, month and day",
        "HH:mm:ss          | does not say year, month and day",
        "uuuu-mm-dd        | does not say year, month and day",
        "'''at'''          | does not say year, month and day",
        "uuuu-MM-dd hh:mm  | has a time of day that cannot be read; write HH for 0 to 23, or hh with a",
        "uuuu-MM-dd a      | has a time of day that cannot be read",
        "uMd HH:mm         | \"format\" does not",
      })
  void aPatternThatCannotBeUsedIsRefusedWithTheSchema(String pattern, String message) {
    assertThatThrownBy(() -> read("timestamp", pattern, ""))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot read schema: column 'a': ")
        .hasMessageContaining("\"format\"")
        .hasMessageContaining(message);
  }

  @Test
  void aPatternWithoutAnEndIsRefused() {
    assertThatThrownBy(() -> read("timestamp", "u".repeat(101), ""))
        .hasMessageContaining("\"format\" has no characters, or more than 100");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "1", "+25:00", "UTC+1", "x"})
  void anOffsetIsHoursAndMinutes(String offset) {
    assertThatThrownBy(() -> read("timestamp", "dd.MM.uuuu HH:mm", offset))
        .hasMessageContaining("\"offset\" is no offset; write one such as +01:00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uuuu-MM-dd'T'HH:mm:ss",
        "yyyy/MM/dd hh:mm:ss a",
        "dd.MM.uuuu",
        "uuuuMMddHHmmssSSS",
        "uuuu-DDD",
        "EEEE, d. MMMM uuuu, HH 'o''clock'",
        "uuuu-MM-dd[ HH:mm[:ss]]",
        "uuuu-MM-dd HH:mm:ss.SSSSSSSSS xx",
        "uuuu-MM-ddXXX",
        "M/d/yy kk:mm",
        "uuuu-MM-dd A",
        "uuuu-MM-dd HH:mm O",
      })
  void patternsThatPeopleWriteAreTaken(String pattern) {
    assertThatCode(() -> read("timestamp", pattern, "+01:00")).doesNotThrowAnyException();
  }

  @Test
  void theSameOffsetIsWrittenInOneWay() {
    assertThat(read("timestamp", "dd.MM.uuuu", "+0100"))
        .isEqualTo(read("timestamp", "dd.MM.uuuu", "+01:00"));
    assertThat(read("timestamp", "dd.MM.uuuu", "+00:00"))
        .isEqualTo(read("timestamp", "dd.MM.uuuu", ""));
  }

  @Test
  void namesAreEnglishEverywhere() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(TimeFormat.of("EEE d MMM uuuu").formatter().format(java.time.LocalDate.EPOCH))
          .isEqualTo("Thu 1 Jan 1970");
    } finally {
      Locale.setDefault(before);
    }
  }
}
