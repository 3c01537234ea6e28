import RPC
import Synchronization

/// Forecasts that tomorrow will be like today.
final class WeatherStation: WeatherV1WeatherServiceProvider {
  private let latest = Mutex<[String: Double]>([:])

  func getForecast(_ request: WeatherV1GetForecastRequest, context: ServerContext) async throws -> WeatherV1Forecast {
    try forecast(request.place)
  }

  func listForecasts(
    _ request: WeatherV1ListForecastsRequest, responses: ResponseWriter<WeatherV1Forecast>, context: ServerContext
  ) async throws {
    for _ in 0..<request.hours {
      // Suspends while the client does not keep up; throws once it has gone.
      try await responses.write(forecast(request.place))
    }
  }

  func reportMeasurements(
    _ requests: RequestStream<WeatherV1Measurement>, context: ServerContext
  ) async throws -> WeatherV1ReportMeasurementsResponse {
    var stored: Int32 = 0
    for try await measurement in requests {
      latest.withLock { $0[measurement.place] = measurement.celsius }
      stored += 1
    }
    return .with { $0.stored = stored }
  }

  func trackForecast(
    _ requests: RequestStream<WeatherV1GetForecastRequest>, responses: ResponseWriter<WeatherV1Forecast>,
    context: ServerContext
  ) async throws {
    for try await request in requests { try await responses.write(forecast(request.place)) }
  }

  private func forecast(_ place: String) throws -> WeatherV1Forecast {
    guard !place.isEmpty else {
      throw RPCError.invalidArgument(violations: [(field: "place", description: "must name a place")])
    }
    guard let celsius = latest.withLock({ $0[place] }) else {
      throw RPCError(.notFound, "nobody has measured anything in \(place)")
    }
    return .with {
      $0.place = place
      $0.celsius = celsius
    }
  }
}
