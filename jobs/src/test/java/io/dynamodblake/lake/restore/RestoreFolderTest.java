package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.io.hadoop.LakeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreFolderTest {
  @TempDir Path temp;

  private RestoreFolder folder() {
    return new RestoreFolder(new LakeFiles(new Configuration()), temp.toUri().toString());
  }

  private void write(String name) throws IOException {
    Files.writeString(temp.resolve(name), "{");
  }

  @Test
  void whatARunThatWasKilledLeftOfItsDocumentsIsTakenAwayAndNothingElse() throws IOException {
    write(".restore-report.json.6f9619ff-8b86-d011-b42d-00c04fc964ff.tmp");
    write(".import-table.json.6f9619ff-8b86-d011-b42d-00c04fc964ff.tmp");
    write(".notes.tmp");
    write(".import-table.json.mine");

    folder().clear();

    assertThat(new LakeFiles(new Configuration()).childNames(temp.toString()))
        .containsExactlyInAnyOrder(".notes.tmp", ".import-table.json.mine");
  }

  @Test
  void whatLiesInAFolderOfSomebodyElseStays() throws IOException {
    write("thesis.docx");
    write(".restore-report.json.6f9619ff-8b86-d011-b42d-00c04fc964ff.tmp");

    assertThatThrownBy(() -> folder().clear())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the folder is not empty");
    assertThat(new LakeFiles(new Configuration()).childNames(temp.toString())).hasSize(2);
  }
}
