package commands

import "context"

// Handler is what bot calls. *Router is one; a test can put another.
type Handler interface {
	// Definitions lists the commands to register.
	Definitions() []Definition
	// Plan says, without working, how a request will be answered.
	Plan(Request) Plan
	// Handle answers a request. It never fails: what goes wrong is turned into a
	// person's sentence here, and logged without what the person wrote.
	Handle(context.Context, Request) Response
}
