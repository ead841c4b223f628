// Package sdkcall defines an Analyzer that reports calls of AWS's SDK which no grant
// covers.
//
// # Analyzer sdkcall
//
// sdkcall: report calls of AWS's SDK that no handle covers
//
// What a function may do on AWS follows from the handles that its constructors take.
// A client of aws-sdk-go-v2 that the code makes itself has the function's role, and
// so no right to anything else: the call compiles, works in tests, and is refused
// when the function runs.
//
//	client := sqs.NewFromConfig(cfg)
//	client.SendMessage(ctx, &sqs.SendMessageInput{...}) // error: needs sqs:SendMessage
//
// Take the handle that the message names. Where there is none, write the statement
// beside the stack's generated Terraform, and mark the call with the action, at the
// end of its line or on the line above:
//
//	client.PurgeQueue(ctx, input) //seastack:granted sqs:PurgeQueue
//
// The analyzer sees methods of clients and of their presigners, paginators, waiters
// and managers, and methods of interfaces that take an operation's input. It does not
// see calls by reflection, nor those in packages of other modules. A mark whose
// action the call does not need is reported, and so is one without a call. Tests are
// not looked at.
package sdkcall
