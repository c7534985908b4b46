package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What a condition fails on is in no log, event log or stack trace. */
class LoggedConditionTest extends LakeTest {
  private static final String CANARY = "078-05-CANARY";

  // each fails in another way of Spark's, of Java's and of Jackson's
  private static final String OF_LAKE = "to_number(ssn, '999') > 1";
  private static final String OF_FILES =
      "from_utc_timestamp(timestamp'2026-01-01', ssn) > timestamp'2026-01-01'";
  private static final String OF_TABLE = "from_json(ssn, 'a INT', map('mode', 'FAILFAST')).a = 1";

  /** Restores with conditions that fail; its arguments are a lake, a file of CSV and a folder. */
  static final class Child {
    public static void main(String[] arguments) {
      SparkSession spark = SparkSession.builder().getOrCreate();
      spark.read().option("header", true).csv(arguments[1]).createOrReplaceTempView("people");
      spark
          .sql("SELECT ssn, first(pk) AS pk, count(*) AS n FROM people GROUP BY ssn")
          .createOrReplaceTempView("grouped");
      RestoreOptions.Builder lake = RestoreOptions.builder(arguments[0], arguments[2] + "/1");
      RestoreOptions.Builder csv = RestoreOptions.builder(arguments[1], arguments[2] + "/2");
      RestoreOptions.Builder view = RestoreOptions.builder("grouped", arguments[2] + "/3");
      fail(spark, lake, OF_LAKE);
      fail(spark, csv.from(RestoreOptions.Source.CSV), OF_FILES);
      fail(
          spark,
          view.from(RestoreOptions.Source.TABLE).withSchemaFile(Optional.of(arguments[3])),
          OF_TABLE);
      spark.stop();
    }

    private static void fail(SparkSession spark, RestoreOptions.Builder options, String condition) {
      try {
        new Restore(
                spark,
                options
                    .forTable(Optional.of("People"))
                    .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                    .where(Optional.of(condition))
                    .build())
            .run(ReadProgress.NONE);
        System.out.println("restored");
      } catch (DataRefusedException e) {
        System.out.println("refused");
        e.printStackTrace();
      }
    }
  }

  @Test
  void aValueOnWhichAConditionFailsIsNowhere() throws Exception {
    flatten(options(export().file(item("a", "\"ssn\":{\"S\":\"" + CANARY + "\"}")).write()));
    Path csv = Files.writeString(temp.resolve("people.csv"), "pk,ssn\na," + CANARY + "\n");
    Path schema =
        Files.writeString(
            temp.resolve("schema.json"),
            "{\"format\":\"dynamodb-lake-schema\",\"version\":1,\"table\":\"t\",\"keys\":[],\"columns\":["
                + "{\"name\":\"pk\",\"attribute\":\"pk\",\"descriptor\":\"S\",\"type\":\"string\"}]}");
    Path events = Files.createDirectories(temp.resolve("events"));
    List<String> settings =
        List.of(
            "-Dspark.eventLog.enabled=true",
            "-Dspark.eventLog.compress=false",
            "-Dspark.eventLog.dir=" + events.toUri());
    List<String> arguments =
        List.of(
            lake().toString(), csv.toString(), temp.resolve("to").toString(), schema.toString());

    String output;
    String errors;
    Instant limit = Instant.now().plus(Duration.ofMinutes(5));
    try (ChildProcess run = ChildProcess.spark(temp, settings, Child.class, arguments)) {
      while (run.isAlive()) {
        assertThat(Instant.now()).isBefore(limit);
        Thread.sleep(50);
      }
      output = run.output();
      errors = run.errors();
    }

    assertThat(output.lines()).as(errors).containsExactly("refused", "refused", "refused");
    assertThat(errors)
        .contains("Spark cannot read a row, ", "whose words may quote a value")
        .doesNotContain(CANARY);
    StringBuilder logged = new StringBuilder();
    try (Stream<Path> files = Files.walk(events)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        logged.append(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    assertThat(logged.toString())
        .contains("ExceptionFailure", "Spark cannot read a row, ")
        .doesNotContain(CANARY);
  }
}
