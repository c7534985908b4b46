package io.dynamodblake.testing;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What Spark, Hadoop and the SDK have to agree on for everything else to work. */
class ClassPathTest {

  @Test
  void s3aIsTheFileSystemOfS3aPaths() throws Exception {
    assertThat(FileSystem.getFileSystemClass("s3a", new Configuration()).getName())
        .isEqualTo("org.apache.hadoop.fs.s3a.S3AFileSystem");
  }

  @Test
  void theHadoopClientIsTheOneThatHadoopAwsWasBuiltFor() {
    assertThat(VersionInfo.getVersion()).isEqualTo("3.4.3");
  }

  @Test
  void loggingGoesToLog4j() {
    assertThat(LoggerFactory.getILoggerFactory().getClass().getName())
        .startsWith("org.apache.logging.slf4j");
  }

  @Property(tries = 10)
  void propertiesAreRun(@ForAll int number) {
    assertThat(Integer.parseInt(Integer.toString(number))).isEqualTo(number);
  }
}
