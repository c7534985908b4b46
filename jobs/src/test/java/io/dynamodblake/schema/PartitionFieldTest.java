package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.PartitionField.Transform;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionFieldTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final TableSchema SCHEMA =
      new TableSchema(
          "orders",
          List.of(),
          List.of(
              Column.of("pk", "pk", TEXT),
              Column.of("status", "Status", TEXT),
              Column.of("total", "total", Scalar.of(Descriptor.N, LakeType.decimal(18, 2))),
              Column.of("ratio", "ratio", Scalar.of(Descriptor.N, LakeType.DOUBLE)),
              Column.of("image", "image", Scalar.of(Descriptor.B, LakeType.BINARY)),
              Column.of("tags", "tags", new Sequence(Descriptor.SS, TEXT)),
              Column.of(
                  "createdat",
                  "createdAt",
                  new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601)),
              Column.of("createdat_month", "createdat_month", TEXT),
              Column.of("due", "due", new Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601)),
              new Column("email", "email", TEXT, Protection.HASH, false),
              new Column("gone", "gone", TEXT, Protection.NONE, true)));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "status; IDENTITY; status; 0",
        "day(createdAt); DAY; createdAt; 0",
        " Hour ( createdAt ) ; HOUR; createdAt; 0",
        "bucket(16,pk); BUCKET; pk; 16",
        "bucket( 8 , a,b); BUCKET; a,b; 8",
        "year(created (UTC)); YEAR; created (UTC); 0",
        "a.b c; IDENTITY; a.b c; 0",
      })
  void readsPartitions(String text, Transform transform, String source, int buckets) {
    PartitionField field = PartitionField.parse(text);
    assertThat(field).isEqualTo(new PartitionField(transform, source, buckets));
    assertThat(PartitionField.parse(field.text())).isEqualTo(field);
  }

  @Test
  void readsLists() {
    assertThat(PartitionField.parseList("status,day(createdAt),bucket(16,pk)"))
        .extracting(PartitionField::text)
        .containsExactly("status", "day(createdAt)", "bucket(16,pk)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "week(createdAt) | 'week(createdAt)' is not a partition; write a column, or year(column), month(column), day(column), hour(column) or bucket(16,column)",
        "bucket(pk) | 'bucket(pk)' lacks the number of buckets; write bucket(16,column)",
        "bucket(0,pk) | 0 buckets; bucket(n,column) takes 1 to 10000",
        "bucket(20000,pk) | 20000 buckets; bucket(n,column) takes 1 to 10000",
        "day() | 'day()' names no column",
        "'' | '' names no column",
      })
  void refusesWhatIsNoPartition(String text, String start) {
    assertThatThrownBy(() -> PartitionField.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(start);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "status; status; string",
        "Status; status; string",
        "total; total; decimal(18,2)",
        "due; due; date",
        "day(createdAt); createdat_day; string",
        "hour(CREATEDAT); createdat_hour; string",
        "month(createdAt); createdat_month_2; string",
        "year(due); due_year; string",
        "bucket(16,pk); pk_bucket; int",
        "bucket(16,image); image_bucket; int",
      })
  void resolvesNamesAndTypes(String text, String name, String type) {
    PartitionColumn column = resolve(text).get(0);
    assertThat(column.name()).isEqualTo(name);
    assertThat(column.type().sql()).isEqualTo(type);
  }

  @Test
  void everyPartitionHasItsColumn() {
    assertThat(resolve("bucket(4,pk),day(createdAt),bucket(8,status)"))
        .extracting(PartitionColumn::name)
        .containsExactly("pk_bucket", "createdat_day", "status_bucket");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "day(status) | column status is string; give it \"type\": \"timestamp\" and \"from\": \"iso-8601\", \"epoch-seconds\" or \"epoch-millis\" in schema.json and pass that with --schema",
        "hour(due) | column due is date, which has no hours; use day(due)",
        "createdAt | column createdat is timestamp; use day(createdAt) or hour(createdAt)",
        "ratio | column ratio is double, which makes no good path; partition by another column",
        "image | column image is binary, which makes no good path; partition by another column",
        "tags | column tags is not of a scalar type; partition by another column",
        "email | column email is hashed or masked and would show in paths; partition by another column",
        "gone | column gone is dropped in the schema; remove its \"drop\" in schema.json",
        "bucket(4,ratio) | column ratio is double, whose hash is not stable; partition by another column",
      })
  void refusesColumnsThatCannotBePartitionedSo(String text, String reason) {
    assertThatThrownBy(() -> resolve(text))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage("Cannot partition by " + text + ": " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "statsu | did you mean 'Status'?",
        "day(createAt) | did you mean 'createdAt'?",
        "bucket(8,nothing_like_it) | schema.json has their names, and inspect shows them",
      })
  void aColumnThatIsNotThereIsWrongUsageWithTheNearestOne(String text, String end) {
    assertThatThrownBy(() -> resolve(text))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot partition by %s: there is no such attribute or column; %s"
                .formatted(text, end));
  }

  @ParameterizedTest
  @ValueSource(strings = {"status,Status", "day(createdAt),day(createdat)"})
  void refusesTheSamePartitionTwice(String text) {
    assertThatThrownBy(() -> resolve(text))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageEndingWith("it stands twice in the list");
  }

  private static List<PartitionColumn> resolve(String text) {
    return PartitionField.resolve(PartitionField.parseList(text), SCHEMA);
  }
}
