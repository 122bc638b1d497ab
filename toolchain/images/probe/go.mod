module slipway/probe

go 1.24.0
