package diag

// SEA9: what seastack lint finds.
const (
	// UncoveredCall: a function calls an operation of AWS that no handle covers,
	// and no mark says that a statement of its own allows it. It fails when it runs.
	UncoveredCall = "SEA9001"
	// UnfitMark: a line is marked with an action that the call on it does not need.
	UnfitMark = "SEA9002"
	// StaleMark: a line is marked as granted, and has no call of AWS's SDK.
	StaleMark = "SEA9003"
	// UnusedHandle: a constructor takes a handle, and nothing uses it: the function
	// has a grant for nothing.
	UnusedHandle = "SEA9004"
	// UnusedService: a constructor takes a service that has handles, and nothing uses
	// it: the function has the service's grants for nothing.
	UnusedService = "SEA9005"
)
