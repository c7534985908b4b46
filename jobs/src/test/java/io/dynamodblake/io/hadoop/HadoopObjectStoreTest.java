package io.dynamodblake.io.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.WrongPlaceException;
import io.dynamodblake.testing.Serialization;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopObjectStoreTest {
  @TempDir Path temp;

  private final Configuration configuration = new Configuration();
  private final ObjectStore store = new HadoopObjectStore(configuration);

  @Test
  void pathsBecomeWhole() throws IOException {
    assertThat(store.qualify("/a/b/")).isEqualTo("file:/a/b");
    assertThat(store.qualify("file:///a//b")).isEqualTo("file:/a/b");
    assertThat(store.qualify("a b/ü:1"))
        .isEqualTo("file:" + Path.of("").toAbsolutePath() + "/a b/ü:1");
  }

  @Test
  void addressesOfTheWebAreNoPathsAndAreNotShown() {
    for (String address :
        List.of("http://bucket/key", "HTTPS://b.s3.amazonaws.com/k?X-Amz-Signature=abc")) {
      for (Action qualify :
          List.<Action>of(
              () -> store.qualify(address), () -> new LakeFiles(configuration).qualify(address))) {
        assertThatThrownBy(qualify::run)
            .isInstanceOf(WrongPlaceException.class)
            .hasMessageContaining("; give s3://bucket/key for what lies in a bucket")
            .hasMessageNotContaining("abc");
      }
    }
  }

  @Test
  void aFileSystemThatHadoopDoesNotKeepIsMadeOnce() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "text");
    configuration.set("fs.counted.impl", CountedFileSystem.class.getName());
    configuration.setBoolean("fs.counted.impl.disable.cache", true);
    int before = CountedFileSystem.made;

    for (int i = 0; i < 3; i++) {
      try (InputStream in = store.open("counted:" + file)) {
        assertThat(in.readAllBytes()).hasSize(4);
      }
    }

    assertThat(CountedFileSystem.made).isEqualTo(before + 1);
  }

  /** The local one, which counts how often it was made. */
  public static final class CountedFileSystem extends RawLocalFileSystem {
    private static int made;

    @Override
    public URI getUri() {
      return URI.create("counted:///");
    }

    @Override
    public void initialize(URI uri, Configuration settings) throws IOException {
      super.initialize(uri, settings);
      made++;
    }
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  @Test
  void s3MeansS3aUnlessItIsConfigured() throws IOException {
    configuration.set("fs.s3a.access.key", "none");
    configuration.set("fs.s3a.secret.key", "none");
    configuration.set("fs.s3a.endpoint.region", "eu-west-1");
    ObjectStore plain = new HadoopObjectStore(configuration);
    assertThat(plain.qualify("s3://bucket/a/")).isEqualTo("s3a://bucket/a");
    assertThat(plain.qualify("S3://bucket")).isEqualTo("s3a://bucket");
    assertThat(plain.qualify("s3a://bucket/a")).isEqualTo("s3a://bucket/a");

    configuration.set("fs.s3.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    ObjectStore configured = new HadoopObjectStore(configuration);
    assertThatThrownBy(() -> configured.qualify("s3://bucket/a"))
        .hasMessageContaining("Wrong FS: s3://bucket/a");
  }

  @Test
  void localFilesNeedNoLibraryForS3() throws IOException {
    configuration.set("fs.s3.impl", "not.on.the.ClassPath");
    assertThat(new HadoopObjectStore(configuration).qualify("/a")).isEqualTo("file:/a");
  }

  @Test
  void filesAreOpenedAndMeasured() throws IOException {
    Path file = Files.writeString(temp.resolve("a b.json"), "hello");
    for (long length : new long[] {-1, 5}) {
      try (InputStream in = store.open(file.toString(), length)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("hello");
      }
    }
    assertThat(store.length("file:" + file)).isEqualTo(5);
    assertThat(store.exists(file.toString())).isTrue();
    assertThat(store.isDirectory(file.toString())).isFalse();
    assertThat(store.isDirectory(temp.toString())).isTrue();
  }

  @Test
  void whatIsNotThereIsNotFound() throws IOException {
    String absent = temp + "/absent";
    assertThatThrownBy(() -> store.open(absent))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(absent);
    assertThatThrownBy(() -> store.length(absent))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(absent);
    assertThat(store.exists(absent)).isFalse();
    assertThat(store.isDirectory(absent)).isFalse();
    assertThat(store.list(absent)).isEmpty();
  }

  @Test
  void childrenAreListedByName() throws IOException {
    Files.createDirectories(temp.resolve("b/deep"));
    Files.writeString(temp.resolve("c.json"), "12");
    Files.writeString(temp.resolve("a.json"), "1");
    assertThat(store.list(temp.toString()))
        .isEqualTo(
            List.of(
                new ObjectStore.Entry("file:" + temp + "/a.json", false, 1),
                new ObjectStore.Entry("file:" + temp + "/b", true, 0),
                new ObjectStore.Entry("file:" + temp + "/c.json", false, 2)));
    assertThat(store.list(temp.toString()))
        .extracting(ObjectStore.Entry::name)
        .containsExactly("a.json", "b", "c.json");
  }

  @Test
  void aConfigurationTravelsAndDoesNotShowItsEntries() throws IOException {
    configuration.set("fs.s3a.secret.key", "verysecret");
    HadoopConfiguration sent = new HadoopConfiguration(configuration);
    configuration.set("fs.s3a.secret.key", "changed");
    HadoopConfiguration arrived = Serialization.roundTrip(sent);
    assertThat(arrived.configuration().get("fs.s3a.secret.key")).isEqualTo("verysecret");
    assertThat(arrived.toString()).doesNotContain("verysecret");
    assertThat(arrived.connect().list(temp.toString())).isEmpty();
  }
}
