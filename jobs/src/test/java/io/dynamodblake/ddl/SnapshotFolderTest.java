package io.dynamodblake.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnapshotFolderTest {
  @Test
  void theNameOfAFolderTellsTheSnapshotAndOtherFoldersTellNone() {
    assertThat(SnapshotFolder.name("1-a")).isEqualTo("snapshot=1-a");
    assertThat(SnapshotFolder.id("snapshot=1-a")).contains("1-a");
    assertThat(SnapshotFolder.id("_dynamodb")).isEmpty();
  }

  @Test
  void theTableOfASnapshotIsWhereItsFolderLies() {
    assertThat(SnapshotFolder.tableOf("s3://lake/snapshot=old/orders/snapshot=1/"))
        .isEqualTo("s3://lake/snapshot=old/orders/");
    assertThat(SnapshotFolder.tableOf("s3://lake/orders/")).isEqualTo("s3://lake/orders/");
  }
}
