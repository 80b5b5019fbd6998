//! A small server that speaks Qdrant's gRPC protocol, as far as the program uses it, and keeps the points in Qdrant
//! Edge: the server implementation of the index is tested without a server installed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use ::qdrant_client::qdrant::collections_server::{Collections, CollectionsServer};
use ::qdrant_client::qdrant::condition::ConditionOneOf;
use ::qdrant_client::qdrant::r#match::MatchValue;
use ::qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use ::qdrant_client::qdrant::points_server::{Points, PointsServer};
use ::qdrant_client::qdrant::qdrant_server::{Qdrant, QdrantServer};
use ::qdrant_client::qdrant::vectors::VectorsOptions;
use ::qdrant_client::qdrant::*;
use qdrant_edge as edge;
use qdrant_edge::external::ordered_float::OrderedFloat;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// A collection: an Edge shard and the folder it lives in.
struct Shard {
    edge: edge::EdgeShard,
    vector: String,
    _directory: tempfile::TempDir,
}

/// The server's state, shared by its three services.
#[derive(Clone, Default)]
pub struct FakeQdrant {
    shards: Arc<Mutex<HashMap<String, Shard>>>,
}

impl FakeQdrant {
    /// Starts on a free port; it ends with the test's runtime.
    pub async fn start() -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Self::default();
        let server = Server::builder()
            .add_service(QdrantServer::new(state.clone()))
            .add_service(CollectionsServer::new(state.clone()))
            .add_service(PointsServer::new(state));
        let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
        tokio::spawn(server.serve_with_incoming(incoming));
        address
    }

    fn shards(&self) -> MutexGuard<'_, HashMap<String, Shard>> {
        self.shards.lock().unwrap()
    }

    fn with<T>(&self, name: &str, work: impl FnOnce(&Shard) -> Result<T, Status>) -> Result<T, Status> {
        let shards = self.shards();
        work(shards.get(name).ok_or_else(|| Status::not_found(format!("Collection `{name}` doesn't exist!")))?)
    }

    fn update(
        &self,
        name: &str,
        operation: edge::UpdateOperation,
    ) -> Result<Response<PointsOperationResponse>, Status> {
        self.with(name, |shard| shard.edge.update(operation).map_err(|error| internal(&error)))?;
        let result = UpdateResult { operation_id: None, status: UpdateStatus::Completed.into() };
        Ok(Response::new(PointsOperationResponse { result: Some(result), ..PointsOperationResponse::default() }))
    }
}

/// Implements a service: what is given, and a refusal for the rest of the protocol.
macro_rules! service {
    (impl $service:ident { $($method:item)* } refuse { $($name:ident($request:ty) -> $response:ty;)* }) => {
        #[tonic::async_trait]
        impl $service for FakeQdrant {
            $($method)*
            $(async fn $name(&self, _request: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented(concat!("not part of this server: ", stringify!($name))))
            })*
        }
    };
}

service! {
    impl Qdrant {
        async fn health_check(&self, _request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckReply>, Status> {
            let title = "qdrant protocol over Qdrant Edge".to_owned();
            Ok(Response::new(HealthCheckReply { title, version: "1.17.0".to_owned(), commit: None }))
        }
    }
    refuse {}
}

service! {
    impl Collections {
        async fn create(&self, request: Request<CreateCollection>) -> Result<Response<CollectionOperationResponse>, Status> {
            let request = request.into_inner();
            let mut shards = self.shards();
            if shards.contains_key(&request.collection_name) {
                return Err(Status::already_exists("the collection exists"));
            }
            let (vector, config) = config_of(request.sparse_vectors_config, request.vectors_config)?;
            let directory = tempfile::tempdir().unwrap();
            let shard = edge::EdgeShard::new(directory.path(), config).map_err(|error| internal(&error))?;
            shards.insert(request.collection_name, Shard { edge: shard, vector, _directory: directory });
            Ok(Response::new(CollectionOperationResponse { result: true, time: 0.0 }))
        }
        async fn delete(&self, request: Request<DeleteCollection>) -> Result<Response<CollectionOperationResponse>, Status> {
            let result = self.shards().remove(&request.into_inner().collection_name).is_some();
            Ok(Response::new(CollectionOperationResponse { result, time: 0.0 }))
        }
        async fn collection_exists(&self, request: Request<CollectionExistsRequest>) -> Result<Response<CollectionExistsResponse>, Status> {
            let exists = self.shards().contains_key(&request.into_inner().collection_name);
            Ok(Response::new(CollectionExistsResponse { result: Some(CollectionExists { exists }), time: 0.0 }))
        }
    }
    refuse {
        get(GetCollectionInfoRequest) -> GetCollectionInfoResponse;
        list(ListCollectionsRequest) -> ListCollectionsResponse;
        update(UpdateCollection) -> CollectionOperationResponse;
        update_aliases(ChangeAliases) -> CollectionOperationResponse;
        list_collection_aliases(ListCollectionAliasesRequest) -> ListAliasesResponse;
        list_aliases(ListAliasesRequest) -> ListAliasesResponse;
        collection_cluster_info(CollectionClusterInfoRequest) -> CollectionClusterInfoResponse;
        update_collection_cluster_setup(UpdateCollectionClusterSetupRequest) -> UpdateCollectionClusterSetupResponse;
        create_shard_key(CreateShardKeyRequest) -> CreateShardKeyResponse;
        delete_shard_key(DeleteShardKeyRequest) -> DeleteShardKeyResponse;
        list_shard_keys(ListShardKeysRequest) -> ListShardKeysResponse;
    }
}

service! {
    impl Points {
        async fn create_field_index(&self, request: Request<CreateFieldIndexCollection>) -> Result<Response<PointsOperationResponse>, Status> {
            let request = request.into_inner();
            let schema = match request.field_type() {
                FieldType::Keyword => edge::PayloadSchemaType::Keyword,
                FieldType::Integer => edge::PayloadSchemaType::Integer,
                other => return Err(Status::invalid_argument(format!("no index of type {other:?}"))),
            };
            let index = edge::CreateIndex {
                field_name: path(&request.field_name)?,
                field_schema: Some(edge::PayloadFieldSchema::FieldType(schema)),
            };
            let operation = edge::FieldIndexOperations::CreateIndex(index);
            self.update(&request.collection_name, edge::UpdateOperation::FieldIndexOperation(operation))
        }
        async fn upsert(&self, request: Request<UpsertPoints>) -> Result<Response<PointsOperationResponse>, Status> {
            let request = request.into_inner();
            let points = request.points.into_iter().map(point).collect::<Result<Vec<_>, _>>()?;
            let insert = edge::PointOperations::UpsertPoints(edge::PointInsertOperations::PointsList(points));
            self.update(&request.collection_name, edge::UpdateOperation::PointOperation(insert))
        }
        async fn delete(&self, request: Request<DeletePoints>) -> Result<Response<PointsOperationResponse>, Status> {
            let request = request.into_inner();
            let Some(PointsSelectorOneOf::Filter(by)) = request.points.and_then(|points| points.points_selector_one_of) else {
                return Err(Status::invalid_argument("only deletion by filter"));
            };
            let delete = edge::PointOperations::DeletePointsByFilter(filter(by)?);
            self.update(&request.collection_name, edge::UpdateOperation::PointOperation(delete))
        }
        async fn query(&self, request: Request<QueryPoints>) -> Result<Response<QueryResponse>, Status> {
            let request = request.into_inner();
            let name = request.collection_name.clone();
            let result = self.with(&name, |shard| {
                let found = shard.edge.query(query_of(request)?).map_err(|error| internal(&error))?;
                found.into_iter().map(|found| scored(found, &shard.vector)).collect()
            })?;
            Ok(Response::new(QueryResponse { result, ..QueryResponse::default() }))
        }
        async fn get(&self, request: Request<GetPoints>) -> Result<Response<GetResponse>, Status> {
            let request = request.into_inner();
            let ids = request.ids.into_iter().map(|id| uuid(Some(id))).collect::<Result<Vec<_>, _>>()?;
            let payload = Some(edge::WithPayloadInterface::Bool(payload_wanted(request.with_payload.as_ref())));
            let vectors = Some(edge::WithVector::Bool(vectors_wanted(request.with_vectors.as_ref())));
            let result = self.with(&request.collection_name, |shard| {
                let found = shard.edge.retrieve(&ids, payload, vectors).map_err(|error| internal(&error))?;
                found.into_iter().map(|found| retrieved(found, &shard.vector)).collect()
            })?;
            Ok(Response::new(GetResponse { result, ..GetResponse::default() }))
        }
        async fn scroll(&self, request: Request<ScrollPoints>) -> Result<Response<ScrollResponse>, Status> {
            let request = request.into_inner();
            let scroll = edge::ScrollRequest {
                offset: request.offset.map(|offset| uuid(Some(offset))).transpose()?,
                limit: request.limit.map(|limit| limit as usize),
                filter: request.filter.map(filter).transpose()?,
                with_payload: Some(edge::WithPayloadInterface::Bool(payload_wanted(request.with_payload.as_ref()))),
                with_vector: edge::WithVector::Bool(vectors_wanted(request.with_vectors.as_ref())),
                order_by: None,
            };
            self.with(&request.collection_name, |shard| {
                let (found, next) = shard.edge.scroll(scroll).map_err(|error| internal(&error))?;
                let result = found.into_iter().map(|found| retrieved(found, &shard.vector)).collect::<Result<_, _>>()?;
                let next_page_offset = next.map(|next| PointId::from(next.to_string()));
                Ok(Response::new(ScrollResponse { result, next_page_offset, ..ScrollResponse::default() }))
            })
        }
        async fn count(&self, request: Request<CountPoints>) -> Result<Response<CountResponse>, Status> {
            let request = request.into_inner();
            let exact = request.exact.unwrap_or(true);
            let filter = request.filter.map(filter).transpose()?;
            let count = self.with(&request.collection_name, |shard| {
                shard.edge.count(edge::CountRequest { filter, exact }).map_err(|error| internal(&error))
            })?;
            Ok(Response::new(CountResponse { result: Some(CountResult { count: count as u64 }), ..CountResponse::default() }))
        }
    }
    refuse {
        update_vectors(UpdatePointVectors) -> PointsOperationResponse;
        delete_vectors(DeletePointVectors) -> PointsOperationResponse;
        set_payload(SetPayloadPoints) -> PointsOperationResponse;
        overwrite_payload(SetPayloadPoints) -> PointsOperationResponse;
        delete_payload(DeletePayloadPoints) -> PointsOperationResponse;
        clear_payload(ClearPayloadPoints) -> PointsOperationResponse;
        delete_field_index(DeleteFieldIndexCollection) -> PointsOperationResponse;
        create_vector_name(CreateVectorNameRequest) -> PointsOperationResponse;
        delete_vector_name(DeleteVectorNameRequest) -> PointsOperationResponse;
        search(SearchPoints) -> SearchResponse;
        search_batch(SearchBatchPoints) -> SearchBatchResponse;
        search_groups(SearchPointGroups) -> SearchGroupsResponse;
        recommend(RecommendPoints) -> RecommendResponse;
        recommend_batch(RecommendBatchPoints) -> RecommendBatchResponse;
        recommend_groups(RecommendPointGroups) -> RecommendGroupsResponse;
        discover(DiscoverPoints) -> DiscoverResponse;
        discover_batch(DiscoverBatchPoints) -> DiscoverBatchResponse;
        update_batch(UpdateBatchPoints) -> UpdateBatchResponse;
        query_batch(QueryBatchPoints) -> QueryBatchResponse;
        query_groups(QueryPointGroups) -> QueryGroupsResponse;
        facet(FacetCounts) -> FacetResponse;
        search_matrix_pairs(SearchMatrixPoints) -> SearchMatrixPairsResponse;
        search_matrix_offsets(SearchMatrixPoints) -> SearchMatrixOffsetsResponse;
    }
}

/// The name of the one vector the points of a collection have, and how it is kept.
fn config_of(
    sparse: Option<SparseVectorConfig>,
    dense: Option<VectorsConfig>,
) -> Result<(String, edge::EdgeConfig), Status> {
    let none = || Status::invalid_argument("no vectors");
    if let Some(sparse) = sparse {
        let (name, params) = sparse.map.into_iter().next().ok_or_else(none)?;
        if params.modifier() != Modifier::Idf {
            return Err(Status::invalid_argument("the terms need the IDF modifier"));
        }
        let params = edge::EdgeSparseVectorParams::builder().modifier(edge::Modifier::Idf).build();
        let config = edge::EdgeConfig::builder().sparse_vector(name.as_str(), params).build();
        return Ok((name, config));
    }
    let Some(vectors_config::Config::ParamsMap(map)) = dense.and_then(|dense| dense.config) else { return Err(none()) };
    let (name, params) = map.map.into_iter().next().ok_or_else(none)?;
    if params.distance() != Distance::Cosine {
        return Err(Status::invalid_argument("meanings are compared by their angle"));
    }
    let params = edge::EdgeVectorParams::builder(params.size as usize, edge::Distance::Cosine).build();
    let config = edge::EdgeConfig::builder().vector(name.as_str(), params).build();
    Ok((name, config))
}

fn internal(error: &edge::OperationError) -> Status {
    Status::internal(error.to_string())
}

fn path(field: &str) -> Result<edge::JsonPath, Status> {
    field.parse().map_err(|()| Status::invalid_argument(format!("`{field}` is not a path")))
}

fn point(point: PointStruct) -> Result<edge::PointStructPersisted, Status> {
    let id = uuid(point.id)?;
    let Some(VectorsOptions::Vectors(named)) = point.vectors.and_then(|vectors| vectors.vectors_options) else {
        return Err(Status::invalid_argument("the point has no named vectors"));
    };
    let mut vectors = edge::NamedVectors::default();
    for (name, vector) in named.vectors {
        let vector = match vector.vector {
            Some(vector::Vector::Sparse(sparse)) => {
                edge::Vector::new_sparse(sparse.indices, sparse.values).map_err(|error| internal(&error))?
            }
            Some(vector::Vector::Dense(dense)) => edge::Vector::from(dense.data),
            _ => return Err(Status::invalid_argument("the vector is neither sparse nor dense")),
        };
        vectors = vectors.add_vector(name, vector);
    }
    let payload = point.payload.into_iter().map(|(key, value)| (key, value.into_json())).collect();
    Ok(edge::PointStruct::new(id, vectors, serde_json::Value::Object(payload)).into())
}

fn uuid(id: Option<PointId>) -> Result<edge::PointId, Status> {
    match id.and_then(|id| id.point_id_options) {
        Some(point_id::PointIdOptions::Uuid(uuid)) => {
            Ok(edge::PointId::Uuid(uuid.parse().map_err(|_| Status::invalid_argument("not a UUID"))?))
        }
        _ => Err(Status::invalid_argument("the point has no UUID")),
    }
}

/// Whether any payload is wanted; more than is wanted may be sent.
fn payload_wanted(selector: Option<&WithPayloadSelector>) -> bool {
    let selector = selector.and_then(|selector| selector.selector_options.as_ref());
    !matches!(selector, None | Some(with_payload_selector::SelectorOptions::Enable(false)))
}

/// Whether any vector is wanted.
fn vectors_wanted(selector: Option<&WithVectorsSelector>) -> bool {
    let selector = selector.and_then(|selector| selector.selector_options.as_ref());
    !matches!(selector, None | Some(with_vectors_selector::SelectorOptions::Enable(false)))
}

fn filter(filter: Filter) -> Result<edge::Filter, Status> {
    if !(filter.should.is_empty() && filter.must_not.is_empty() && filter.min_should.is_none()) {
        return Err(Status::invalid_argument("only `must` is spoken here"));
    }
    let must = filter.must.into_iter().map(condition).collect::<Result<Vec<_>, _>>()?;
    Ok(edge::Filter { must: Some(must), should: None, min_should: None, must_not: None })
}

fn condition(condition: Condition) -> Result<edge::Condition, Status> {
    let Some(ConditionOneOf::Field(field)) = condition.condition_one_of else {
        return Err(Status::invalid_argument("only conditions on fields are spoken here"));
    };
    let key = path(&field.key)?;
    let condition = match (field.r#match.and_then(|matches| matches.match_value), field.range) {
        (Some(MatchValue::Keyword(keyword)), None) => edge::FieldCondition::new_match(key, keyword.into()),
        (Some(MatchValue::Keywords(any)), None) => edge::FieldCondition::new_match(key, any.strings.into()),
        (None, Some(range)) => {
            let Range { lt, gt, gte, lte } = range;
            let bound = |bound: Option<f64>| bound.map(OrderedFloat);
            let range = edge::Range { lt: bound(lt), gt: bound(gt), gte: bound(gte), lte: bound(lte) };
            edge::FieldCondition::new_range(key, range)
        }
        other => return Err(Status::invalid_argument(format!("not spoken here: {other:?}"))),
    };
    Ok(edge::Condition::Field(condition))
}

fn query_of(request: QueryPoints) -> Result<edge::QueryRequest, Status> {
    let Some(query::Variant::Nearest(input)) = request.query.and_then(|query| query.variant) else {
        return Err(Status::invalid_argument("only nearest points"));
    };
    let query = match input.variant {
        Some(vector_input::Variant::Sparse(sparse)) => {
            edge::VectorInternal::Sparse(edge::SparseVector { indices: sparse.indices, values: sparse.values })
        }
        Some(vector_input::Variant::Dense(dense)) => edge::VectorInternal::Dense(dense.data),
        _ => return Err(Status::invalid_argument("only sparse and dense vectors")),
    };
    let nearest = edge::NamedQuery { query, using: request.using };
    Ok(edge::QueryRequest {
        prefetches: Vec::new(),
        query: Some(edge::ScoringQuery::Vector(edge::QueryEnum::Nearest(nearest))),
        filter: request.filter.map(filter).transpose()?,
        score_threshold: None,
        limit: usize::try_from(request.limit.unwrap_or(10)).unwrap(),
        offset: 0,
        params: None,
        with_vector: edge::WithVector::Bool(vectors_wanted(request.with_vectors.as_ref())),
        with_payload: edge::WithPayloadInterface::Bool(payload_wanted(request.with_payload.as_ref())),
    })
}

fn scored(found: edge::ScoredPoint, named: &str) -> Result<ScoredPoint, Status> {
    let (score, version) = (found.score, found.version);
    let RetrievedPoint { id, payload, vectors, .. } = answered(found.id, found.payload, found.vector, named)?;
    Ok(ScoredPoint { id, payload, score, version, vectors, ..ScoredPoint::default() })
}

fn retrieved(found: edge::Record, named: &str) -> Result<RetrievedPoint, Status> {
    answered(found.id, found.payload, found.vector, named)
}

fn answered(
    id: edge::PointId,
    payload: Option<edge::Payload>,
    vector: Option<edge::VectorStructInternal>,
    named: &str,
) -> Result<RetrievedPoint, Status> {
    let payload = payload.map(|payload| serde_json::Value::Object(payload.0));
    let payload = payload.map(::qdrant_client::Payload::try_from).transpose();
    let payload = payload.map_err(|error| Status::internal(error.to_string()))?.unwrap_or_default();
    let told = match vector {
        Some(edge::VectorStructInternal::Named(mut vectors)) => vectors.remove(named),
        _ => None,
    };
    let told = told.and_then(|vector| match vector {
        edge::VectorInternal::Sparse(sparse) => {
            Some(vector_output::Vector::Sparse(SparseVector { values: sparse.values, indices: sparse.indices }))
        }
        edge::VectorInternal::Dense(data) => Some(vector_output::Vector::Dense(DenseVector { data })),
        edge::VectorInternal::MultiDense(_) => None,
    });
    let vectors = told.map(|vector| {
        let vector = VectorOutput { vector: Some(vector), ..VectorOutput::default() };
        let vectors = NamedVectorsOutput { vectors: [(named.to_owned(), vector)].into() };
        VectorsOutput { vectors_options: Some(vectors_output::VectorsOptions::Vectors(vectors)) }
    });
    let id = Some(PointId::from(id.to_string()));
    Ok(RetrievedPoint { id, payload: payload.into(), vectors, ..RetrievedPoint::default() })
}
