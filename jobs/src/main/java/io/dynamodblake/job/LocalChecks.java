package io.dynamodblake.job;

import io.dynamodblake.conf.BuiltVersions;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.IcebergReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.util.VersionInfo;

/** What this machine, and the way in which the program was started, have to bring. */
final class LocalChecks {
  private static final int JAVA = 17;
  private static final int NEWER_JAVA = 21; // what Spark 4 also takes

  /**
   * As {@code spark-submit} and the launcher open them; without those of the second list Spark does
   * not start.
   */
  static final List<String> PACKAGES =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  private static final Set<String> NEEDED = Set.of("java.nio", "sun.nio.ch");

  /** Since then S3A writes under a condition. */
  private static final int[] CONDITIONAL = {3, 4, 2};

  private static final int SPARK_LINE = 2; // parts of a version that tell one line from another

  private LocalChecks() {}

  static void run(Examination examination) {
    examination.local("Java", () -> java(Runtime.version().feature()));
    examination.local("Java modules", () -> modules(Object.class.getModule(), PACKAGES));
    examination.local("Spark", () -> spark(Versions.spark(), BuiltVersions.of("spark")));
    examination.local("Hadoop", () -> hadoop(VersionInfo.getVersion()));
    examination.local("S3A", LocalChecks::s3);
    examination.local("Iceberg", LocalChecks::iceberg);
    examination.local(
        "temporary files", () -> temporary(Path.of(System.getProperty("java.io.tmpdir"))));
  }

  static Diagnosis java(int feature) {
    String version = Runtime.version() + ", " + System.getProperty("java.vendor");
    boolean newer = feature == NEWER_JAVA && BuiltVersions.of("spark").startsWith("4.");
    return feature == JAVA || newer
        ? Diagnosis.ok(version)
        : Diagnosis.warn(
            "%s, with which Spark %s is not tried".formatted(version, BuiltVersions.of("spark")),
            "set JAVA_HOME to a JDK 17");
  }

  static Diagnosis modules(Module base, List<String> packages) {
    List<String> closed =
        packages.stream()
            .filter(name -> !base.isOpen(name, LocalChecks.class.getModule()))
            .toList();
    if (closed.isEmpty()) {
      return Diagnosis.ok("open to Spark");
    }
    String text = "%s closed to Spark: %s".formatted(base.getName(), String.join(", ", closed));
    String remedy =
        "start with bin/dynamodb-lake or spark-submit, or tell the JVM of the driver to open each, as in --add-opens=java.base/%s=ALL-UNNAMED"
            .formatted(closed.get(0));
    return closed.stream().anyMatch(NEEDED::contains)
        ? Diagnosis.fail(text, remedy)
        : Diagnosis.warn(text, remedy);
  }

  static Diagnosis spark(String running, String built) {
    if (line(running).equals(line(built))) {
      return Diagnosis.ok(running);
    }
    return Character.isDigit(running.charAt(0))
        ? Diagnosis.fail(
            "%s, and this jar is for %s".formatted(running, built),
            "take the jar that is built for this line of Spark, see docs/emr.md")
        : Diagnosis.fail(
            "its classes are missing, or of an unknown version",
            "start with bin/dynamodb-lake or spark-submit");
  }

  private static List<String> line(String version) {
    return Arrays.stream(version.split("[.-]")).limit(SPARK_LINE).toList();
  }

  static Diagnosis hadoop(String version) {
    return isAtLeast(version, CONDITIONAL)
        ? Diagnosis.ok(version)
        : Diagnosis.warn(
            version + ", whose S3A cannot write under a condition",
            "of runs that publish to one table at once files beside it decide then; take Hadoop 3.4.2 or newer, or run one at a time");
  }

  private static boolean isAtLeast(String version, int[] wanted) {
    String[] parts = version.split("[.-]");
    for (int i = 0; i < wanted.length; i++) {
      int part;
      try {
        part = i < parts.length ? Integer.parseInt(parts[i]) : 0;
      } catch (NumberFormatException e) {
        return false;
      }
      if (part != wanted[i]) {
        return part > wanted[i];
      }
    }
    return true;
  }

  private static Diagnosis s3() {
    if (Sessions.isPresent(Sessions.S3A_FILE_SYSTEM)) {
      return Diagnosis.ok("on the class path");
    }
    return Sessions.isPresent(Sessions.EMR_FILE_SYSTEM)
        ? Diagnosis.ok("EMR's file system in its place")
        : Diagnosis.warn(
            "not on the class path, so nothing on S3 can be read",
            "start with bin/dynamodb-lake, or spark-submit --packages org.apache.hadoop:hadoop-aws:"
                + VersionInfo.getVersion());
  }

  private static Diagnosis iceberg() {
    try {
      IcebergReader.find();
      return Diagnosis.ok("on the class path");
    } catch (UsageException e) {
      return Diagnosis.warn(
          "not on the class path, so there are lake tables of Parquet only",
          IcebergReader.wayOut());
    }
  }

  static Diagnosis temporary(Path folder) {
    try {
      Files.delete(Files.createTempFile(folder, "dynamodb-lake-doctor", ".txt"));
      return Diagnosis.ok(folder.toString());
    } catch (IOException e) {
      return Diagnosis.fail(
          "%s cannot be written to".formatted(folder),
          "start Java with -Djava.io.tmpdir=FOLDER, and Spark with SPARK_LOCAL_DIRS");
    }
  }
}
