/**
 * Calls of AWS, each through one door; alone knows its SDK.
 *
 * <p>{@link io.dynamodblake.aws.AwsClients} makes every client, {@link
 * io.dynamodblake.aws.ServiceCalls} makes every call and turns what goes wrong into one sentence
 * that names the way out.
 *
 * <p>In the job jar the SDK has another name, so that it cannot meet the one that EMR or S3A
 * brings. A string constant that begins with the SDK's package name is renamed as well; a name that
 * is meant for S3A therefore belongs into a settings file and not into code.
 */
package io.dynamodblake.aws;
