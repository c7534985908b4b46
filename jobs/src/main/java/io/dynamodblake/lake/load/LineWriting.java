package io.dynamodblake.lake.load;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.lake.items.ItemKeys;
import java.io.Serializable;

/** How a task writes the lines that {@link Checked#lines} gives it. Shipped to executors. */
@FunctionalInterface
interface LineWriting extends Serializable {
  /** Begins to write, in a task. */
  Lines open(ItemKeys keys, WriteBatches batches, AwsClients clients);

  /** Writes lines, one after the other. */
  interface Lines {
    /** Writes a line, now or with others. */
    void write(byte[] line);

    /** Writes what is left, and has all of it acknowledged. */
    Written finish();
  }
}
