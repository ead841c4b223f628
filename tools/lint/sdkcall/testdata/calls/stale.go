package calls

import "context"

func stale(ctx context.Context) {
	/* want `granted sqs:PurgeQueue, and calls no operation` */ own(ctx, nil) //seastack:granted sqs:PurgeQueue
	own(ctx, nil)
}
