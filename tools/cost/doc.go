// Package cost prices what the functions of an environment have used. It reads
// invocations, durations and memory from AWS, or from the local cloud, scales them to a
// month, and multiplies them with a table of list prices, which is data with its date
// and its sources.
//
// Amounts are exact until they are printed. The free tier, discounts and taxes are
// left out, and so is what Seastack does not deploy: databases, networks and data that
// leaves AWS.
package cost
