package platform

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/names"
)

// alarms adds the topic that the environment's alarms are sent to. Who wants to
// hear of them subscribes to it.
func alarms() *tf.File {
	f := tf.New("")
	b := f.Block("resource", "aws_sns_topic", "alarms")
	b.Expr("name", "%s", names.Prefixed("alarms"))
	keep(b)
	return f
}
