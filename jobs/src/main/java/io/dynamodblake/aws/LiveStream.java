package io.dynamodblake.aws;

/**
 * The stream of a table, switched on.
 *
 * @param arn of this stream; one that is switched off and on again has another
 * @param view {@code NEW_IMAGE} or {@code NEW_AND_OLD_IMAGES}
 */
public record LiveStream(LiveTable table, String arn, String view) {}
