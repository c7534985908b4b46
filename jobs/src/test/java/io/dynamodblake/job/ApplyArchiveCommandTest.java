package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code apply} says of an archive of a stream, and how its options are written. */
class ApplyArchiveCommandTest {
  private static final String RECORD =
      "{\"event\":\"MODIFY\",\"ts\":1763436005,\"keys\":{\"pk\":\"a\"},\"after\":{\"pk\":\"a\",\"n\":2}}\n";

  private final CapturedTerminal terminal = new CapturedTerminal();

  @TempDir Path temp;

  @BeforeEach
  void anArchiveInPlainJsonWithNamesOfItsOwn() throws IOException {
    Path export =
        ExportFixture.in(temp)
            .exportTime(Instant.ofEpochSecond(1763436000))
            .items(List.of("{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}"), 1)
            .write();
    assertThat(
            terminal.run(
                "flatten", export.toString(), "--to", lake(), "--table", "orders", "--key", "pk:S"))
        .as(terminal.err())
        .isZero();
    Files.createDirectories(temp.resolve("archive/2025/11/18"));
    Files.writeString(temp.resolve("archive/2025/11/18/1763436005000.jsonl"), RECORD + RECORD);
  }

  private String lake() {
    return temp.resolve("lake").toString();
  }

  private int apply(String... more) {
    String[] arguments = new String[4 + more.length];
    arguments[0] = "apply";
    arguments[1] = temp.resolve("archive").toString();
    arguments[2] = "--to";
    arguments[3] = lake();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return terminal.run(arguments);
  }

  @Test
  void theFormAndWhatNobodyCanProveAreSaidAndTheSameAgainIsNothing() throws IOException {
    String fields = "op=event,time=ts,new=after,old=before";

    assertThat(apply("--archive-fields", fields)).as(terminal.err()).isZero();

    assertThat(terminal.out())
        .contains(
            "as of 2025-11-18T03:20:05Z",
            "plain JSON, 2 changes of 1 key (1 file)",
            "1 before + 0 inserted - 0 deleted = 1; 1 updated",
            "that no change is missing, nobody can prove");
    try (Stream<Path> lists = Files.list(temp.resolve("lake/_dynamodb/changes"))) {
      Path list = lists.findFirst().orElseThrow();
      assertThat(Documents.read(list).path("files")).hasSize(1);
    }
    assertThat(apply("--archive-fields", fields)).isZero();
    assertThat(terminal.out()).contains("already has all these changes");
  }

  @Test
  void rowsOfExpiredItemsAreKeptWhereTheProgramKeptWhoDeletedThem() throws IOException {
    Files.writeString(
        temp.resolve("archive/2025/11/18/1763436006000.jsonl"),
        "{\"event\":\"REMOVE\",\"ts\":1763436006,\"keys\":{\"pk\":\"a\"},\"UserIdentity\":{\"Type\":\"Service\",\"PrincipalId\":\"dynamodb.amazonaws.com\"}}\n");
    String fields = "op=event,time=ts,new=after,old=before";

    assertThat(apply("--archive-fields", fields, "--ttl-deletes", "keep"))
        .as(terminal.err())
        .isZero();

    assertThat(terminal.out())
        .contains(
            "1 deletes of expired items passed over, 1 rows of those kept",
            "1 before + 0 inserted - 0 deleted = 1; 1 updated");
    assertThat(terminal.run("inspect", lake())).isZero();
    assertThat(terminal.out())
        .contains(
            "keeps rows of items that time to live has deleted, so it is no copy of the table");
    Path later =
        ExportFixture.in(temp.resolve("later"))
            .exportId("01763440000000-0a1b2c3d")
            .exportTime(Instant.ofEpochSecond(1763440000))
            .items(List.of("{\"Item\":{\"pk\":{\"S\":\"b\"}}}"), 1)
            .write();
    assertThat(
            terminal.run(
                "flatten", later.toString(), "--to", lake(), "--table", "orders", "--key", "pk:S"))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("or give --replace to do without those rows");
  }

  @Test
  void fieldsThatCannotBeReadAreWrongUsageAndRecordsWithOtherNamesAreBad() {
    assertThat(apply("--archive-fields", "operation=event")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Cannot read --archive-fields: write op, time, keys, new or old");

    assertThat(apply("--archive-fields", "new=after")).isEqualTo(4);
    assertThat(terminal.err()).contains("'eventName' is neither INSERT nor MODIFY nor REMOVE");
  }
}
