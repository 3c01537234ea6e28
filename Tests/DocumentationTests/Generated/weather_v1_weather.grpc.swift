// Generated from weather/v1/weather.proto by Protos/generate.sh; do not edit.

public import RPC

/// Forecasts, and the measurements they are made of.
///
/// What a server implements; `definition` makes it known to the runtime.
public protocol WeatherV1WeatherServiceProvider: Sendable {
  /// The forecast for a place; NOT_FOUND where nobody has measured anything.
  func getForecast(_ request: WeatherV1GetForecastRequest, context: ServerContext) async throws -> WeatherV1Forecast

  /// The same for each of the hours to come.
  func listForecasts(
    _ request: WeatherV1ListForecastsRequest, responses: ResponseWriter<WeatherV1Forecast>, context: ServerContext
  ) async throws

  /// Takes what a station has measured, as long as it likes to send.
  func reportMeasurements(
    _ requests: RequestStream<WeatherV1Measurement>, context: ServerContext
  ) async throws -> WeatherV1ReportMeasurementsResponse

  /// The forecast for wherever the client is, each time it says where that is.
  func trackForecast(
    _ requests: RequestStream<WeatherV1GetForecastRequest>, responses: ResponseWriter<WeatherV1Forecast>,
    context: ServerContext
  ) async throws
}

extension WeatherV1WeatherServiceProvider {
  /// The service as the runtime takes it.
  public var definition: ServiceDefinition {
    ServiceDefinition(
      name: "weather.v1.WeatherService",
      descriptorSet: DocumentationTestsDescriptors.bytes,
      methods: [
        .unary(
          "GetForecast", request: WeatherV1GetForecastRequest.self, response: WeatherV1Forecast.self,
          handler: self.getForecast(_:context:)),
        .serverStreaming(
          "ListForecasts", request: WeatherV1ListForecastsRequest.self, response: WeatherV1Forecast.self,
          handler: self.listForecasts(_:responses:context:)),
        .clientStreaming(
          "ReportMeasurements", request: WeatherV1Measurement.self, response: WeatherV1ReportMeasurementsResponse.self,
          handler: self.reportMeasurements(_:context:)),
        .bidirectionalStreaming(
          "TrackForecast", request: WeatherV1GetForecastRequest.self, response: WeatherV1Forecast.self,
          handler: self.trackForecast(_:responses:context:)),
      ]
    )
  }
}

/// Forecasts, and the measurements they are made of.
///
/// What a client calls.
public struct WeatherV1WeatherServiceClient: Sendable {
  /// The connection that carries the calls.
  public let client: RPCClient

  public init(_ client: RPCClient) { self.client = client }

  /// The service's methods.
  public enum Methods {
    public static let getForecast = MethodDescriptor(
      service: "weather.v1.WeatherService", method: "GetForecast", kind: .unary)
    public static let listForecasts = MethodDescriptor(
      service: "weather.v1.WeatherService", method: "ListForecasts", kind: .serverStreaming)
    public static let reportMeasurements = MethodDescriptor(
      service: "weather.v1.WeatherService", method: "ReportMeasurements", kind: .clientStreaming)
    public static let trackForecast = MethodDescriptor(
      service: "weather.v1.WeatherService", method: "TrackForecast", kind: .bidirectionalStreaming)
  }

  /// The forecast for a place; NOT_FOUND where nobody has measured anything.
  public func getForecast(
    _ request: WeatherV1GetForecastRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> WeatherV1Forecast {
    try await client.unary(Methods.getForecast, request, response: WeatherV1Forecast.self, options: options)
  }

  /// The same for each of the hours to come.
  public func listForecasts(
    _ request: WeatherV1ListForecastsRequest, options: CallOptions = CallOptions()
  ) async throws(RPCError) -> ResponseStream<WeatherV1Forecast> {
    try await client.serverStreaming(
      Methods.listForecasts, request, response: WeatherV1Forecast.self, options: options)
  }

  /// Takes what a station has measured, as long as it likes to send.
  public func reportMeasurements(
    options: CallOptions = CallOptions(),
    _ send: (RequestWriter<WeatherV1Measurement>) async throws -> Void
  ) async throws(RPCError) -> WeatherV1ReportMeasurementsResponse {
    try await client.clientStreaming(
      Methods.reportMeasurements, response: WeatherV1ReportMeasurementsResponse.self, options: options, send: send)
  }

  /// The forecast for wherever the client is, each time it says where that is.
  public func trackForecast(
    options: CallOptions = CallOptions()
  ) async throws(RPCError) -> BidirectionalCall<WeatherV1GetForecastRequest, WeatherV1Forecast> {
    try await client.bidirectionalStreaming(
      Methods.trackForecast, request: WeatherV1GetForecastRequest.self, response: WeatherV1Forecast.self, options: options)
  }
}
