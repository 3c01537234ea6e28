import Protobuf
import RPC

/// Calls of all four kinds.
func useWeather(at address: RPCAddress) async throws -> [Double] {
  // One connection, made at the first call, carries any number of calls at once.
  let client = RPCClient(target: address)
  let weather = WeatherV1WeatherServiceClient(client)
  let options = CallOptions(timeout: .seconds(60), metadata: ["authorization": "Bearer swordfish"])
  var celsius: [Double] = []

  let report = try await weather.reportMeasurements(options: options) { measurements in
    for value in [17.5, 18.25] {
      try await measurements.write(
        .with {
          $0.place = "Delft"
          $0.celsius = value
        })
    }
  }
  celsius.append(Double(report.stored))

  let now = try await weather.getForecast(.with { $0.place = "Delft" }, options: options)
  celsius.append(now.celsius)

  let request = WeatherV1ListForecastsRequest.with {
    $0.place = "Delft"
    $0.hours = 3
  }
  for try await forecast in try await weather.listForecasts(request, options: options) {
    celsius.append(forecast.celsius)
  }

  let track = try await weather.trackForecast(options: options)
  var forecasts = track.responses.makeAsyncIterator()
  try await track.requests.write(.with { $0.place = "Delft" })
  if let forecast = try await forecasts.next() { celsius.append(forecast.celsius) }
  try await track.requests.finish()

  await client.close()
  return celsius
}

/// What a form shows beside each field that is wrong.
func faults(in place: String, _ weather: WeatherV1WeatherServiceClient) async throws(RPCError) -> [String: String] {
  do {
    _ = try await weather.getForecast(.with { $0.place = place })
    return [:]
  } catch where error.code == .invalidArgument {
    return Dictionary(error.fieldViolations.map { ($0.field, $0.description) }) { first, _ in first }
  }
}
