package io.dynamodblake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class PageCompressorTest {
  @Test
  void longValuesArePackedMoreTightlyUnlessTheUserNamesALevel() {
    Configuration configuration = new Configuration();

    assertThat(packed(configuration, true)).isLessThan(packed(configuration, false));

    configuration.setInt("parquet.compression.codec.zstd.level", 1);
    assertThat(packed(configuration, true)).isEqualTo(packed(configuration, false));
  }

  private static int packed(Configuration configuration, boolean longValues) {
    Random random = new Random(7);
    try (PageCompressor compressor = PageCompressor.configured(configuration)) {
      compressor.begin();
      for (int i = 0; i < 20_000; i++) {
        byte[] word = ("word" + random.nextInt(3_000) + " ").getBytes(StandardCharsets.UTF_8);
        compressor.put(word, 0, word.length);
      }
      return compressor.compress(longValues).length;
    }
  }
}
