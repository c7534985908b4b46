package io.dynamodblake.io.hadoop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.PlainFileSystem;
import io.dynamodblake.testing.S3MockServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same promises on every kind of store. */
class GuardedFileTest {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 8;

  @TempDir Path temp;

  enum Store {
    LOCAL {
      @Override
      GuardedFile file(Path temp, Duration patience) {
        return new GuardedFile(new Configuration(), temp + "/lake/current.json", patience);
      }
    },
    WITHOUT_CONDITIONS {
      @Override
      GuardedFile file(Path temp, Duration patience) {
        return new GuardedFile(plain(), "plain://" + temp + "/lake/current.json", patience);
      }
    },
    S3_WITH_CONDITIONS {
      @Override
      GuardedFile file(Path temp, Duration patience) {
        S3MockServer server = S3MockServer.shared();
        return new GuardedFile(
            server.hadoopConf(),
            "s3a://" + server.bucket() + temp + "/lake/current.json",
            patience);
      }
    };

    abstract GuardedFile file(Path temp, Duration patience);

    GuardedFile file(Path temp) {
      return file(temp, Duration.ofSeconds(60));
    }
  }

  private static Configuration plain() {
    Configuration configuration = new Configuration();
    configuration.set("fs.plain.impl", PlainFileSystem.class.getName());
    configuration.set("fs.plain.impl.disable.cache", "true");
    return configuration;
  }

  @ParameterizedTest
  @EnumSource
  void whatWasReadMayBeReplacedOnce(Store store) throws IOException {
    GuardedFile file = store.file(temp);
    assertThat(file.read()).isEmpty();
    assertThat(file.replace(Optional.empty(), "one")).isTrue();
    Optional<GuardedFile.Version> one = file.read();
    assertThat(one.map(GuardedFile.Version::text)).contains("one");

    assertThat(file.replace(one, "two")).isTrue();

    assertThat(file.replace(one, "three")).isFalse();
    assertThat(file.read().map(GuardedFile.Version::text)).contains("two");
  }

  @ParameterizedTest
  @EnumSource
  void whoSawNothingDoesNotReplaceSomething(Store store) throws IOException {
    GuardedFile file = store.file(temp);
    assertThat(file.replace(Optional.empty(), "one")).isTrue();

    assertThat(file.replace(Optional.empty(), "two")).isFalse();

    assertThat(file.read().map(GuardedFile.Version::text)).contains("one");
  }

  @ParameterizedTest
  @EnumSource
  void whoSawSomethingDoesNotReplaceNothing(Store store) throws IOException {
    GuardedFile elsewhere = store.file(temp.resolve("elsewhere"));
    assertThat(elsewhere.replace(Optional.empty(), "one")).isTrue();
    GuardedFile file = store.file(temp);

    boolean replaced;
    try {
      replaced = file.replace(elsewhere.read(), "two");
    } catch (IOException e) {
      replaced = false; // some stores say that there is nothing
    }

    assertThat(replaced).isFalse();
    assertThat(file.read()).isEmpty();
  }

  /**
   * Every round all have read the same; exactly one of them may replace it. Not against S3Mock,
   * which looks at the condition and writes in two steps; S3 does it in one.
   */
  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "WITHOUT_CONDITIONS"})
  void ofSeveralAtOnceOneReplaces(Store store) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
    try {
      CyclicBarrier read = new CyclicBarrier(WRITERS);
      CyclicBarrier written = new CyclicBarrier(WRITERS);
      List<Future<List<String>>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        Callable<List<String>> writer =
            () -> {
              GuardedFile file = store.file(temp);
              List<String> replaced = new ArrayList<>();
              for (int round = 0; round < ROUNDS; round++) {
                Optional<GuardedFile.Version> known = file.read();
                read.await();
                String text = round + " " + UUID.randomUUID();
                if (file.replace(known, text)) {
                  replaced.add(text);
                }
                written.await();
              }
              return replaced;
            };
        writers.add(pool.submit(writer));
      }
      List<String> all = new ArrayList<>();
      for (Future<List<String>> writer : writers) {
        all.addAll(writer.get());
      }
      assertThat(all.stream().map(text -> text.split(" ")[0]).sorted().toList())
          .containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
      assertThat(store.file(temp).read().map(GuardedFile.Version::text))
          .hasValueSatisfying(text -> assertThat(all).contains(text));
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aProcessThatIsWritingIsWaitedForAndThenNamed() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("lake/_current.json.writers"));
    Files.writeString(folder.resolve("somebody"), "");
    GuardedFile file = Store.WITHOUT_CONDITIONS.file(temp, Duration.ofMillis(200));

    assertThatThrownBy(() -> file.replace(Optional.empty(), "one"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Another process has been writing")
        .hasMessageContaining("what it left in");
    assertThat(file.read()).isEmpty();
    assertThat(Folders.filesBelow(folder)).containsExactly("somebody");
  }

  @Test
  void whatAKilledProcessLeftStopsCounting() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("lake/_current.json.writers"));
    Path other = Files.writeString(folder.resolve("somebody"), "");
    Files.setLastModifiedTime(
        other,
        java.nio.file.attribute.FileTime.from(
            Instant.now().minus(Turnstile.LIFETIME).minusSeconds(1)));

    GuardedFile file = Store.WITHOUT_CONDITIONS.file(temp, Duration.ofMillis(200));

    assertThat(file.replace(Optional.empty(), "one")).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whoStoodStillForTooLongWritesNothing() throws IOException {
    LakeFiles files = new LakeFiles(plain());
    String path = "plain://" + temp + "/lake/current.json";
    try (Turnstile turnstile = Turnstile.enter(files, path, Duration.ofMillis(200))) {
      files.deleteFolder(Turnstile.folder(path)); // as another one does after that time

      assertThatThrownBy(turnstile::requireHeld).hasMessageContaining("stood still for so long");
    }
  }

  /** Holds the lock until it is killed. */
  public static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        channel.lock();
        System.out.println("held");
        Thread.sleep(Duration.ofMinutes(5).toMillis());
      }
    }
  }

  @Test
  void theLockOfAnotherProcessIsWaitedFor() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("lake"));
    GuardedFile file = Store.LOCAL.file(temp, Duration.ofMillis(200));
    assertThat(file.replace(Optional.empty(), "one")).isTrue();
    Optional<GuardedFile.Version> one = file.read();
    List<String> command =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            LockHolder.class.getName(),
            folder.resolve(".current.json.lock").toString());
    try (ChildProcess holder = ChildProcess.java(temp, Map.of(), command)) {
      while (!holder.output().contains("held")) {
        assertThat(holder.isAlive()).as(holder.errors()).isTrue();
        Thread.sleep(20);
      }
      assertThatThrownBy(() -> file.replace(one, "two"))
          .hasMessageContaining("Another process has been writing");
    }
    assertThat(file.replace(one, "two")).isTrue();
  }
}
