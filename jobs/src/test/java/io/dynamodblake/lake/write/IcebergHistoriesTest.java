package io.dynamodblake.lake.write;

import io.dynamodblake.lake.OutputFormat;
import java.util.Random;
import java.util.function.Consumer;

/** Histories of tables that Iceberg keeps, in both ways of merging. */
class IcebergHistoriesTest extends HistoriesTest {
  @Override
  OutputFormat format() {
    return OutputFormat.ICEBERG;
  }

  @Override
  Consumer<ApplyOptions.Builder> merging(Random random) {
    ApplyOptions.MergeMode mode = ApplyOptions.MergeMode.values()[random.nextInt(2)];
    return options -> options.merging(mode);
  }
}
