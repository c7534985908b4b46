package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.testing.LocalClusterSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver in one JVM, two executors in others. */
class ClusterLakeTest extends LakeTest {

  @Test
  void aClusterWritesTheSameTable() throws Exception {
    List<String> lines = new ArrayList<>(items(2000));
    lines.set(17, "not an item");
    Path export = export().items(lines, 9).write();

    LocalClusterSession.Result result =
        LocalClusterSession.run(FlattenMain.class, export.toString(), lake().toString(), "none");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output())
        .contains("\"status\" : \"published\"")
        .contains("\"itemsRead\" : 2000")
        .contains("\"rowsWritten\" : 1999")
        .contains("\"quarantined\" : 1");
    assertThat(table().rows().count()).isEqualTo(1999);
    assertThat(table().rows().select("pk").distinct().count()).isEqualTo(1999);
    assertThat(dataFiles()).allMatch(file -> file.startsWith("pk_bucket="));
  }
}
