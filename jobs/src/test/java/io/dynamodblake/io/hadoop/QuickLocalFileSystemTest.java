package io.dynamodblake.io.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** It is Hadoop's own in everything but how it gets there. */
@DisabledOnOs(OS.WINDOWS)
class QuickLocalFileSystemTest {
  @TempDir Path folder;

  private static <F extends LocalFileSystem> F of(F files) throws IOException {
    files.initialize(org.apache.hadoop.fs.FileSystem.getDefaultUri(new Configuration()), conf());
    return files;
  }

  private static Configuration conf() {
    return new Configuration(false);
  }

  private static org.apache.hadoop.fs.Path path(Path file) {
    return new org.apache.hadoop.fs.Path(file.toUri());
  }

  private static List<String> described(FileSystem files, Path folder) throws IOException {
    return Arrays.stream(files.listStatus(path(folder)))
        .sorted(Comparator.comparing(FileStatus::getPath))
        .map(
            status ->
                "%s %s %s %s %d %d %s"
                    .formatted(
                        status.getPath(),
                        status.getPermission(),
                        status.getOwner(),
                        status.getGroup(),
                        status.getLen(),
                        status.getModificationTime(),
                        status.isDirectory()))
        .toList();
  }

  @Test
  void filesAndFoldersAreWhatHadoopSaysOfThem() throws IOException {
    int number = 0;
    for (String permissions : List.of("rw-r-----", "rwxr-xr-x", "---------", "rwxrwxrwx")) {
      Path file = Files.writeString(folder.resolve("file-" + number), "x".repeat(number++));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      Files.createDirectory(
          folder.resolve("a folder of " + file.getFileName()),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---")));
    }

    assertThat(described(of(new QuickLocalFileSystem()), folder))
        .hasSize(8)
        .isEqualTo(described(of(new LocalFileSystem()), folder));
  }

  @Test
  void whatIsMadeHasThePermissionsThatHadoopWouldGive() throws IOException {
    for (String mask : List.of("022", "077", "000")) {
      Configuration configuration = conf();
      configuration.set(FsPermission.UMASK_LABEL, mask);
      for (LocalFileSystem files : List.of(new QuickLocalFileSystem(), new LocalFileSystem())) {
        files.initialize(FileSystem.getDefaultUri(configuration), configuration);
        Path made = folder.resolve(files.getClass().getSimpleName() + mask);
        files.create(path(made.resolve("in/a/file"))).close();
        files.setPermission(path(made.resolve("in")), new FsPermission((short) 01750));
      }
      for (String name : List.of("", "/in", "/in/a", "/in/a/file", "/in/a/.file.crc")) {
        assertThat(mode("QuickLocalFileSystem" + mask + name))
            .as("%s, %s", mask, name)
            .isEqualTo(mode("LocalFileSystem" + mask + name));
      }
    }
  }

  private Object mode(String name) throws IOException {
    return Files.getAttribute(folder.resolve(name), "unix:mode");
  }

  @Test
  void whatIsNotThereIsNotFound() throws IOException {
    LocalFileSystem files = of(new QuickLocalFileSystem());
    org.apache.hadoop.fs.Path nothing = path(folder.resolve("nothing"));

    assertThatThrownBy(() -> files.getFileStatus(nothing))
        .isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> files.listStatus(nothing)).isInstanceOf(FileNotFoundException.class);
  }
}
