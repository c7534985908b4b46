package io.dynamodblake.lake.write;

import io.dynamodblake.lake.OutputFormat;
import java.util.Random;
import java.util.function.Consumer;

/** Histories of tables in Parquet files, each snapshot a folder. */
class ApplyHistoriesTest extends HistoriesTest {
  @Override
  OutputFormat format() {
    return OutputFormat.PARQUET;
  }

  @Override
  Consumer<ApplyOptions.Builder> merging(Random random) {
    return options -> {};
  }
}
