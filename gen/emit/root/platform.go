package root

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

func platform(s scope) *tf.File {
	f := s.head()
	b := s.module(f, names.Platform, names.PlatformDir(s.config.Folders))
	if use.Database(s.model) && s.environment.IsDisposable() {
		b.Set("database_secret_recovery_days", 0)
	}
	if len(s.model.Buckets) > 0 && s.environment.IsDisposable() {
		b.Set("buckets_force_destroy", true)
	}
	if len(s.model.Secrets) > 0 && s.environment.IsDisposable() {
		b.Set("secret_recovery_days", 0)
	}
	if use.API(s.model) {
		if c := s.environment.CORS; c != nil {
			b.Expr("cors", "%s", corsObject(*c))
		}
		if use.JWT(s.model) {
			b.Expr("jwt", "%s", s.jwt())
		}
		b.Set("log_retention_days", s.environment.LogRetention)
		tf.Output(f, "api_endpoint", "URL of the API.", "module.platform.api_endpoint")
		tf.Output(f, "api_execution_arn", "Prefix of the ARNs that the API invokes functions with.", "module.platform.api_execution_arn")
		tf.Output(f, "api_id", "ID of the API that stacks add their routes to.", "module.platform.api_id")
	}
	if use.Functions(s.model) {
		tf.Output(f, "alarm_topic_arn", "ARN of the topic that alarms are sent to.", "module.platform.alarm_topic_arn")
		tf.Output(f, "artifact_bucket", "Name of the bucket of the functions' zips.", "module.platform.artifact_bucket")
	}
	if use.Authorization(s.model) {
		tf.Output(f, "authorizers", "ID of each authorizer of the API.", "module.platform.authorizers")
	}
	if len(s.model.Buckets) > 0 {
		tf.Output(f, "buckets", "ARN and name of each bucket.", "module.platform.buckets")
	}
	for _, store := range names.Stores() {
		if use.Reads(s.model, store.Grant) {
			tf.Output(f, store.Output(), "ARN of the secret with "+store.URLs+".", "module.platform."+store.Output())
		}
	}
	if len(use.DeadLetters(s.model)) > 0 {
		tf.Output(f, "dead_letters", "ARN and name of the queue of each function's dead letters.", "module.platform.dead_letters")
	}
	if len(s.model.Events) > 0 {
		tf.Output(f, "event_bus", "The bus that stacks publish events on, and the source that they name.", "module.platform.event_bus")
	}
	if len(s.model.Queues) > 0 {
		tf.Output(f, "queues", "ARN, URL and name of each queue, and the name of its dead letters.", "module.platform.queues")
	}
	if len(s.model.Secrets) > 0 {
		tf.Output(f, "secrets", "ARN of each secret.", "module.platform.secrets")
	}
	return f
}
