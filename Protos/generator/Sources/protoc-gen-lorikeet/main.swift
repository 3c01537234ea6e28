import Foundation
import SwiftProtobuf
import SwiftProtobufPluginLibrary

// A protoc plugin: a CodeGeneratorRequest on standard input, a CodeGeneratorResponse on standard output.
//
//   lang=c       protobuf-c's code, by way of protoc-gen-c, with a module map and the embedded descriptor set
//   lang=swift   Swift messages over that C code, service protocols and clients
//   module=…     the Swift module the code is for;  c_module=…  the C module beneath it
//   import=…     a Swift module to import, repeatable

var response = Google_Protobuf_Compiler_CodeGeneratorResponse()
response.supportedFeatures = UInt64(Google_Protobuf_Compiler_CodeGeneratorResponse.Feature.proto3Optional.rawValue)
do {
  let input = FileHandle.standardInput.readDataToEndOfFile()
  let request = try Google_Protobuf_Compiler_CodeGeneratorRequest(serializedBytes: input)
  let options = try Options(parameter: request.parameter)
  let outputs =
    switch options.language {
    case .c: try CCode(request: request, options: options).files()
    case .swift: try SwiftCode(request: request, options: options).files()
    }
  response.file = outputs.sorted { $0.name < $1.name }.map { output in
    var file = Google_Protobuf_Compiler_CodeGeneratorResponse.File()
    file.name = output.name
    file.content = output.content
    return file
  }
} catch {
  response.error = "protoc-gen-lorikeet: \(error)"
}
FileHandle.standardOutput.write(try response.serializedData())
