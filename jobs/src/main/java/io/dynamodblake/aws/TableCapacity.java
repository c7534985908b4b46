package io.dynamodblake.aws;

import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * How a table is paid, and what it can do a second.
 *
 * @param onDemand whether reads and writes are paid one by one
 * @param infrequentAccess whether its class is Standard-Infrequent Access, where they cost more
 * @param readUnits the read units a second that it has provisioned, or as its on-demand maximum;
 *     empty for an on-demand table without a maximum
 * @param writeUnits the same of write units
 */
public record TableCapacity(
    boolean onDemand, boolean infrequentAccess, OptionalLong readUnits, OptionalLong writeUnits) {

  static TableCapacity of(TableDescription description) {
    boolean onDemand =
        description.billingModeSummary() != null
            && description.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
    Long reads = null;
    Long writes = null;
    if (!onDemand && description.provisionedThroughput() != null) {
      reads = description.provisionedThroughput().readCapacityUnits();
      writes = description.provisionedThroughput().writeCapacityUnits();
    } else if (onDemand && description.onDemandThroughput() != null) {
      reads = description.onDemandThroughput().maxReadRequestUnits();
      writes = description.onDemandThroughput().maxWriteRequestUnits();
    }
    return new TableCapacity(
        onDemand,
        description.tableClassSummary() != null
            && description.tableClassSummary().tableClass()
                == TableClass.STANDARD_INFREQUENT_ACCESS,
        units(reads),
        units(writes));
  }

  private static OptionalLong units(Long units) {
    // -1 is how an on-demand maximum is taken away
    return units == null || units <= 0 ? OptionalLong.empty() : OptionalLong.of(units);
  }
}
